"""Months and weeks as numbers that follow each other, in SQL and in Python."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import models
from django.db.models import Func

from apps.analytics.metrics.periods import WEEK_STARTS, period_end

_MONTHS, _WEEK = 12, 7


class _Number(Func):
    """The number of a day's period; SQLite keeps a day as a text."""

    output_field = models.IntegerField()
    template_of_sqlite = ""

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the SQL of SQLite."""
        return self.as_sql(compiler, connection, template=self.template_of_sqlite, **extra)


class _Month(_Number):
    """Months since the year 0."""

    template = (
        "(CAST(EXTRACT(YEAR FROM %(expressions)s) AS integer) * 12"
        " + CAST(EXTRACT(MONTH FROM %(expressions)s) AS integer) - 1)"
    )
    template_of_sqlite = (
        "(CAST(SUBSTR(%(expressions)s, 1, 4) AS integer) * 12"
        " + CAST(SUBSTR(%(expressions)s, 6, 2) AS integer) - 1)"
    )


class _Week(_Number):
    """Weeks since the first day of the calendar, a Monday, or ``shift`` days before it."""

    template = "((%(expressions)s - DATE '0001-01-01' + %(shift)s) / 7)"
    template_of_sqlite = (
        "((CAST(JULIANDAY(%(expressions)s) - 1721425.5 AS integer) + %(shift)s) / 7)"
    )


class Periods:
    """Periods of a grain, counted as the organization's weeks begin."""

    def __init__(self, grain: str, week_start: str) -> None:
        self._grain = grain
        self._shift: Final = -WEEK_STARTS[week_start] % _WEEK

    def number_in_sql(self, day: Any) -> Func:
        """Return the number of the period of a day, as an expression."""
        if self._grain == "month":
            return _Month(day)
        return _Week(day, shift=self._shift)

    def number_of(self, day: date) -> int:
        """Return the number of the period that a day is in."""
        if self._grain == "month":
            return day.year * _MONTHS + day.month - 1
        return (day.toordinal() - 1 + self._shift) // _WEEK

    def first_day(self, number: int) -> date:
        """Return the first day of a period."""
        if self._grain == "month":
            return date(number // _MONTHS, number % _MONTHS + 1, 1)
        # A week that begins before the calendar is cut there.
        return date.fromordinal(max(1, number * _WEEK - self._shift + 1))

    def last_day(self, number: int) -> date:
        """Return the last day of a period."""
        return period_end(self.first_day(number), self._grain)
