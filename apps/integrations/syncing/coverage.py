"""Which days were asked, when, and with which shape of the question; and which are due again.

A day is settled once it was asked at an age at which it changes no more. What counts is its age
when it was asked, not now: after a long pause a day that was open then is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

import msgspec

from apps.integrations.platforms.rows import Slice
from apps.integrations.syncing.zones import DAY, days, today

Days = tuple[date, date]
#: A look may come so much before its time: the moment of each is a little later than the last.
_EARLY: Final = timedelta(hours=1)


class Covered(msgspec.Struct, frozen=True, array_like=True):
    """Days that were asked at one moment in one way, both included."""

    first: date
    last: date
    shape: str
    asked_at: datetime


class Coverage:
    """The days of one stream and level of an account that were asked."""

    def __init__(self, ranges: Iterable[Covered] = ()) -> None:
        self.ranges = sorted(ranges, key=lambda each: each.first)

    def mark(self, asked: Covered) -> Coverage:
        """Return the coverage after days were asked, again or for the first time."""
        left = [part for each in self.ranges for part in _without(each, asked)]
        return Coverage(_joined(sorted([*left, asked], key=lambda each: each.first)))

    def find(self, day: date) -> Covered | None:
        """Return how a day was asked last, None if it was not."""
        return next((each for each in self.ranges if each.first <= day <= each.last), None)

    def find_due(
        self,
        wanted: Days,
        *,
        shape: str,
        refetch: tuple[tuple[int, int], ...],
        now: datetime,
        zone: tzinfo,
    ) -> list[Days]:
        """Return the ranges of wanted days that have to be asked now, oldest first.

        Args:
            wanted: the first and the last day.
            shape: of the question as it is now; what was asked in another one is due.
            refetch: pairs of hours and days: days up to that age change, and are asked again after
                so many hours; the first pair's at each look.
            now: the moment of the look.
            zone: of the days.
        """
        asked = {day: each for each in self.ranges for day in days(each.first, each.last)}

        def is_due(day: date) -> bool:
            known = asked.get(day)
            if known is None or known.shape != shape:
                return True
            age = (today(zone, known.asked_at) - day).days
            waited = now - known.asked_at
            return any(
                age < most and (position == 0 or waited >= timedelta(hours=hours) - _EARLY)
                for position, (hours, most) in enumerate(refetch)
            )

        return list(_ranges_of(day for day in days(*wanted) if is_due(day)))

    def find_whole(self, zone: tzinfo) -> Days | None:
        """Return the newest range of days without a hole that were asked after their end."""
        ended = [each for each in self.ranges if today(zone, each.asked_at) > each.first]
        if not ended:
            return None
        last = min(ended[-1].last, today(zone, ended[-1].asked_at) - DAY)
        first = ended[-1].first
        for earlier, later in zip(reversed(ended[:-1]), reversed(ended[1:]), strict=True):
            if earlier.last + DAY != later.first:
                break
            first = earlier.first
        return first, last

    def count(self, first: date, last: date) -> int:
        """Count the days of a range that were asked."""
        spans = ((max(first, each.first), min(last, each.last)) for each in self.ranges)
        return sum(max(0, (end - begin).days + 1) for begin, end in spans)

    def asked_last(self) -> datetime | None:
        """Return when any day was asked last."""
        return max((each.asked_at for each in self.ranges), default=None)


def cut(wanted: Days, *, history_days: int, today: date) -> Days | None:
    """Return the days of a range that have begun and that the platform keeps; None for none."""
    first, last = max(wanted[0], today - timedelta(days=history_days - 1)), min(wanted[1], today)
    return (first, last) if first <= last else None


def slices_of(first: date, last: date, most: int) -> Iterator[Days]:
    """Yield ranges of at most so many days, the newest first."""
    while last >= first:
        begin = max(first, last - timedelta(days=most - 1))
        yield begin, last
        last = begin - DAY


def halve(wanted: Slice) -> tuple[Slice, Slice]:
    """Return the two halves of a slice of several days, the newer one first."""
    middle = wanted.first + timedelta(days=wanted.days // 2)
    newer = msgspec.structs.replace(wanted, first=middle)
    return newer, msgspec.structs.replace(wanted, last=middle - DAY)


def _without(known: Covered, asked: Covered) -> Iterator[Covered]:
    """Yield what is left of a range beside another one."""
    if known.last < asked.first or known.first > asked.last:
        yield known
        return
    if known.first < asked.first:
        yield msgspec.structs.replace(known, last=asked.first - DAY)
    if known.last > asked.last:
        yield msgspec.structs.replace(known, first=asked.last + DAY)


def _joined(ranges: list[Covered]) -> Iterator[Covered]:
    """Yield ranges, neighbours that were asked alike as one."""
    last: Covered | None = None
    for each in ranges:
        if last is not None and _are_one(last, each):
            last = msgspec.structs.replace(last, last=each.last)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _are_one(one: Covered, other: Covered) -> bool:
    is_next = one.last + DAY == other.first
    return is_next and (one.shape, one.asked_at) == (other.shape, other.asked_at)


def _ranges_of(found: Iterable[date]) -> Iterator[Days]:
    first = last = None
    for day in found:
        if last is not None and first is not None and day - last != DAY:
            yield first, last
            first = None
        first, last = first or day, day
    if first is not None and last is not None:
        yield first, last
