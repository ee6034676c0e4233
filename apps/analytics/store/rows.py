"""Rows of the store, as plain values: facts, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.measures import ADDITIVES
from apps.analytics.metrics.sources import Source, Standing
from apps.integrations.contract import Connection, DailyMetric

#: The measures in the order of their columns and of their bits in ``known``.
MEASURES: Final = tuple(ADDITIVES)
#: What a column holds at most.
MAX_MICROS: Final = 2**63 - 1
Micros = tuple[int | None, ...]
#: A day, for rows that have a field of that name.
Day = date


class FactRow(NamedTuple):
    """A fact; what it is of comes first, so that sorted facts of a day are in the order of it."""

    date: Day
    last_date: Day
    level: str
    channel: str
    currency: str
    entity_key: str
    micros: Micros

    @property
    def known(self) -> int:
        """Return which measures are known, a bit each."""
        return sum(1 << at for at, micros in enumerate(self.micros) if micros is not None)


class RollupRow(NamedTuple):
    """The sums of facts that are alike in all but their entities."""

    date: Day
    last_date: Day
    level: str
    channel: str
    currency: str
    known: int
    part: int
    facts: int
    entity_key: str
    micros: Micros


def to_row(metric: DailyMetric) -> FactRow:
    """Return a metric of integrations as the store keeps it."""
    return FactRow(
        metric.date,
        metric.last_date or metric.date,
        metric.level,
        metric.channel,
        metric.currency,
        metric.entity_key,
        tuple([metric.micros_of(name) for name in MEASURES]),
    )


def to_source(connection: Connection) -> Source:
    """Return a connection of integrations as the store keeps it."""
    orders, brand_id = connection.orders, connection.brand_id
    standing = Standing(brand_id)
    if orders is not None:
        standing = Standing(brand_id, orders.rank, orders.first_date, orders.last_date)
    levels = {each.measure: each.level for each in connection.complete_levels}
    return Source(connection.id, connection.name, levels, standing)


def roll_up(facts: Iterable[FactRow]) -> list[RollupRow]:
    """Return the sums of facts, sorted; a sum that would exceed a column goes on in another row."""
    sums: dict[tuple[date, date, str, str, str, int], list[RollupRow]] = {}
    for fact in sorted(facts, key=_place_of):
        known = fact.known
        if not known:
            continue
        key = (fact.date, fact.last_date, fact.level, fact.channel, fact.currency, known)
        rows = sums.setdefault(key, [])
        added = _add(rows[-1], fact) if rows else None
        if added is None:
            rows.append(RollupRow(*key, len(rows), 1, fact.entity_key, fact.micros))
        else:
            rows[-1] = added
    return sorted(row for rows in sums.values() for row in rows)


def measures_of(known: Iterable[int]) -> tuple[str, ...]:
    """Return the measures that any of some bit masks has."""
    bits = 0
    for each in known:
        bits |= each
    return tuple(name for at, name in enumerate(MEASURES) if bits >> at & 1)


def to_fact(source_id: UUID, row: RollupRow) -> Fact:
    """Return sums as a fact to count with."""
    names = _names_of(row.known)
    micros = (each for each in row.micros if each is not None)
    return Fact(
        source_id=source_id,
        level=row.level,
        entity=row.entity_key,
        channel=row.channel,
        first=row.date,
        last=row.last_date,
        currency=row.currency,
        micros=dict(zip(names, micros, strict=True)),
        count=row.facts,
    )


@lru_cache(maxsize=1024)
def _names_of(known: int) -> tuple[str, ...]:
    return measures_of((known,))


def _place_of(fact: FactRow) -> tuple[Any, ...]:
    return fact[:-1]


def _add(row: RollupRow, fact: FactRow) -> RollupRow | None:
    """Return a sum with one more fact, None where it would exceed a column."""
    micros = tuple(_sum(row.micros, fact.micros))
    if any(each is not None and abs(each) > MAX_MICROS for each in micros):
        return None
    return row._replace(facts=row.facts + 1, micros=micros)


def _sum(left: Micros, right: Micros) -> Iterator[int | None]:
    for one, other in zip(left, right, strict=True):
        yield None if one is None or other is None else one + other
