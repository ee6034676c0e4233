"""Periods: days, weeks and months, each named by its first day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

GRAINS: Final = ("day", "week", "month")
#: The day on which a week can begin, and its number in ``date.weekday``.
WEEK_STARTS: Final = {"monday": 0, "saturday": 5, "sunday": 6}
_ONE_DAY = timedelta(days=1)
_WEEK, _MONTH = 7, 28


def period_start(day: date, grain: str, week_start: str = "monday") -> date:
    """Return the first day of the period that a day belongs to."""
    if grain == "week":
        back = (day.weekday() - WEEK_STARTS[week_start]) % _WEEK
        # The calendar begins with a Monday; a week that begins before it is cut there.
        return date.fromordinal(max(1, day.toordinal() - back))
    if grain == "month":
        return day.replace(day=1)
    return day


def period_end(start: date, grain: str) -> date:
    """Return the last day of the period that begins with ``start``."""
    if grain == "week":
        return date.fromordinal(min(date.max.toordinal(), start.toordinal() + _WEEK - 1))
    if grain == "month":
        later = start.replace(day=_MONTH) + timedelta(days=4) if start < _LAST_MONTH else None
        return later.replace(day=1) - _ONE_DAY if later else date.max
    return start


def count_days(first: date, last: date) -> int:
    """Return how many days there are between two days, both included."""
    return last.toordinal() - first.toordinal() + 1


def fitting_grain(first: date, last: date) -> str:
    """Return the finest grain that shows a range in a readable number of points."""
    days = count_days(first, last)
    return "day" if days <= _DAYS_SHOWN else "week" if days <= _WEEKS_SHOWN else "month"


def find_calendar_days(name: str, latest: date) -> tuple[date, date]:
    """Return a year (``year-2018``), or the month, the one before or the quarter of a day.

    What that day is in ends with it.
    """
    if name.startswith("year-"):
        year = max(1, int(name.removeprefix("year-")))
        return date(year, 1, 1), date(year, 12, 31)
    first = latest.replace(day=1)
    if name == "month-before":
        first = period_start(date.fromordinal(max(1, first.toordinal() - 1)), "month")
        return first, period_end(first, "month")
    if name == "quarter":
        first = first.replace(month=3 * quarter_of(latest) - 2)
    return first, latest


def quarter_of(day: date) -> int:
    """Return the number of a day's quarter, from 1."""
    return (day.month + 2) // 3


def grain_of_span(days: int) -> str:
    """Return the grain that a fact of so many days has."""
    return "day" if days == 1 else "week" if days <= _WEEK else "month"


_DAYS_SHOWN = 92
_WEEKS_SHOWN = 5 * 366
_LAST_MONTH = date(9999, 12, 1)
