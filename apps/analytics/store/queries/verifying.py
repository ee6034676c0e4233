"""Whether the store has what integrations has, and its sums what its facts come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from heapq import merge
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

from apps.analytics.store.queries.slices import (
    Slice,
    iter_days,
    iter_rolled_days,
    iter_stored_days,
)
from apps.analytics.store.rows import MEASURES, FactRow, roll_up

_EVERY_DAY: Final = (date.min, date.max)


class Difference(NamedTuple):
    """What is not as it should be on a day of a source."""

    source_id: UUID
    date: date
    what: str

    def __str__(self) -> str:
        return f"{self.source_id} {self.date}: {self.what}"


def align(streams: tuple[Iterator[Any], ...]) -> Iterator[tuple[date, list[list[Any]]]]:
    """Yield each day of any stream with the rows that each has of it."""

    def numbered(number: int) -> Iterator[tuple[date, int, list[Any]]]:
        for day, rows in streams[number]:
            yield day, number, rows

    in_order = merge(*map(numbered, range(len(streams))), key=lambda each: each[:2])
    for day, parts in groupby(in_order, key=lambda each: each[0]):
        found: list[list[Any]] = [[] for _ in streams]
        for _, number, rows in parts:
            found[number] = rows
        yield day, found


def find_differences(source_id: UUID) -> Iterator[Difference]:
    """Yield what differs between integrations, the store's facts and their sums, by day.

    What changes meanwhile differs until its event is handled.
    """
    streams = (
        iter_days(Slice(source_id, *_EVERY_DAY)),
        iter_stored_days(source_id),
        iter_rolled_days(source_id),
    )
    for day, (theirs, ours, sums) in align(streams):
        for what in _compare_facts(theirs, ours):
            yield Difference(source_id, day, what)
        if roll_up(ours) != sorted(sums):
            yield Difference(source_id, day, "the sums are not those of the facts")


def _compare_facts(theirs: list[FactRow], ours: list[FactRow]) -> Iterator[str]:
    expected = {_name(fact): fact for fact in theirs}
    found = {_name(fact): fact for fact in ours}
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield f"{name} is missing"
        elif name not in expected:
            yield f"{name} is not in integrations"
        elif expected[name] != found[name]:
            yield f"{name} has {_describe(found[name], expected[name])}"


def _name(fact: FactRow) -> str:
    return f"{fact.level} {fact.entity_key!r} to {fact.last_date}"


def _describe(ours: FactRow, theirs: FactRow) -> str:
    """Return what of a fact is not as integrations has it, amounts in millionths."""
    values = (
        *(("channel", ours.channel, theirs.channel), ("currency", ours.currency, theirs.currency)),
        *zip(MEASURES, ours.micros, theirs.micros, strict=True),
    )
    return ", ".join(
        f"{name} {own} instead of {other}" for name, own, other in values if own != other
    )
