"""Periods: days, ISO weeks and months, each named by its first day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

GRAINS: Final = ("day", "week", "month")
_ONE_DAY = timedelta(days=1)


def period_start(day: date, grain: str) -> date:
    """Return the first day of the period that a day belongs to."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    return day


def previous_range(first: date, last: date) -> tuple[date, date]:
    """Return the range of equal length that ends the day before ``first``."""
    length = last - first + _ONE_DAY
    return first - length, first - _ONE_DAY


def fitting_grain(first: date, last: date) -> str:
    """Return the finest grain that shows a range in a readable number of points."""
    days = (last - first).days + 1
    return "day" if days <= _DAYS_SHOWN else "week" if days <= _WEEKS_SHOWN else "month"


_DAYS_SHOWN = 92
_WEEKS_SHOWN = 5 * 366
