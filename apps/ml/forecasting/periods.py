"""Calendar steps of a grain."""

from __future__ import annotations

from datetime import date, timedelta

_MONTHS = 12


def add_periods(start: date, count: int, grain: str) -> date:
    """Return the first day of the period some periods after another."""
    if grain == "month":
        months = start.year * _MONTHS + start.month - 1 + count
        return date(months // _MONTHS, months % _MONTHS + 1, 1)
    return start + timedelta(days=count * (7 if grain == "week" else 1))


def has_periods(start: date, count: int, grain: str) -> bool:
    """Return whether the calendar has so many periods after another."""
    try:
        add_periods(start, count, grain)
    except (OverflowError, ValueError):
        return False
    return True


def count_periods(first: date, last: date, grain: str) -> int:
    """Count the periods from one to another, both included."""
    if grain == "month":
        return (last.year - first.year) * _MONTHS + last.month - first.month + 1
    return (last - first).days // (7 if grain == "week" else 1) + 1
