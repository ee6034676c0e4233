"""Days of an account's zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def find_zone(name: str) -> tzinfo:
    """Return the zone of a name; UTC where a platform names none that is known."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def today(zone: tzinfo, now: datetime) -> date:
    """Return the day that a zone has at a moment."""
    return now.astimezone(zone).date()


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from the first to the last."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
