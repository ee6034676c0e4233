"""Whose sales count where several sources have those of one brand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from apps.analytics.metrics.facts import Fact

_SALES: Final = frozenset({"revenue", "orders"})


class Standing(msgspec.Struct, frozen=True):
    """How a source stands among those of its brand.

    ``rank`` is that of its orders, the lowest first, None where it has none; these are whole from
    ``first`` to ``last``, or to this day where that is None; of no day where ``first`` is None.
    """

    brand_id: UUID | None = None
    rank: int | None = None
    first: date | None = None
    last: date | None = None

    def covers(self, fact: Fact) -> bool:
        """Tell whether its orders say what was sold on any day of a fact."""
        if self.first is None or fact.last < self.first:
            return False
        return self.last is None or fact.first <= self.last


class Source(msgspec.Struct, frozen=True):
    """A connection that facts are of.

    ``levels`` are those at which its totals are complete, by measure.
    """

    id: UUID
    name: str
    levels: dict[str, str]
    standing: Standing


_NONE: Final = Standing()


def primary_facts(facts: Iterable[Fact], standings: Mapping[UUID, Standing]) -> Iterator[Fact]:
    """Yield facts without the sales that a better source of their brand has.

    Of sources with orders only those of the brand's first rank count; others that know sales count
    on days that these do not cover.
    """
    firsts = _find_firsts(standings)
    if not firsts:
        yield from facts
        return
    for fact in facts:
        if _SALES.isdisjoint(fact.micros):
            yield fact
            continue
        own = standings.get(fact.source_id, _NONE)
        first = firsts.get(own.brand_id, ())
        is_second = own.rank is not None or any(each.covers(fact) for each in first)
        if own in first or not is_second:
            yield fact
        elif micros := {name: each for name, each in fact.micros.items() if name not in _SALES}:
            yield msgspec.structs.replace(fact, micros=micros)


def find_primary(standings: Mapping[UUID, Standing]) -> frozenset[UUID]:
    """Return the sources whose orders count: those of the first rank of each brand."""
    firsts = _find_firsts(standings)
    return frozenset(
        source_id
        for source_id, own in standings.items()
        if own.rank is not None and own in firsts[own.brand_id]
    )


def _find_firsts(standings: Mapping[UUID, Standing]) -> dict[UUID | None, tuple[Standing, ...]]:
    """Return, by brand, the standings of the first rank."""
    ranked = [each for each in standings.values() if each.rank is not None]
    best: dict[UUID | None, int] = {}
    for each in ranked:
        best[each.brand_id] = min(each.rank or 0, best.get(each.brand_id, each.rank or 0))
    return {
        brand: tuple(each for each in ranked if (each.brand_id, each.rank) == (brand, rank))
        for brand, rank in best.items()
    }
