"""What facts leave unknown: measures of which they know nothing, and days in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from apps.analytics.metrics.aggregation import Range
from apps.analytics.metrics.facts import Fact


class Known(msgspec.Struct, frozen=True):
    """What the facts that touch a range know, in any currency.

    ``missing`` are, by measure, the days between its first and its last of which no fact knows it.
    """

    measures: frozenset[str] = frozenset()
    missing: dict[str, tuple[date, ...]] = {}


def find_known(facts: Iterable[Fact], span: Range, measures: Sequence[str]) -> Known:
    """Return what is known in a range, with the missing days of some measures."""
    touching = [fact for fact in facts if span.touches(fact)]
    return Known(
        measures=frozenset(name for fact in touching for name in fact.micros),
        missing={name: days for name in measures if (days := _missing(touching, span, name))},
    )


def _missing(facts: Iterable[Fact], span: Range, name: str) -> tuple[date, ...]:
    spans = {(fact.first, fact.last) for fact in facts if name in fact.micros}
    known = {
        day
        for first, last in spans
        for day in range(max(first, span.first).toordinal(), min(last, span.last).toordinal() + 1)
    }
    if not known:
        return ()
    return tuple(date.fromordinal(day) for day in range(min(known), max(known)) if day not in known)
