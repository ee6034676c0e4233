"""Where a number comes from: what each source has of each measure that it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec

from apps.analytics.contract import MetricQuery
from apps.analytics.dashboard.queries.numbers import DashboardStats
from apps.analytics.metrics.aggregation import aggregate
from apps.analytics.metrics.measures import components_of
from apps.integrations.contract import ImportedFile, Integrations
from omnify.services import client_of


class Origin(msgspec.Struct, frozen=True):
    """A source's part of a measure: how many rows count, of which days, and what they come to.

    ``value`` is None where the rows of the source alone say nothing, as of money without a rate.
    """

    source_id: UUID
    source: str
    measure: str
    rows: int
    first: date
    last: date
    value: Decimal | None


def find_origins(stats: DashboardStats, measure: str, channel: str | None) -> tuple[Origin, ...]:
    """Return what each source has of a measure, or of each of a ratio's two, by name."""
    names = {each.id: each.name for each in stats.history.sources.known}
    found = (
        origin
        for part in components_of(measure)
        for source_id in sorted(names, key=lambda each: names[each])
        for origin in _origin(stats, (source_id, names[source_id]), part, channel)
    )
    return tuple(found)


def list_files(stats: DashboardStats) -> tuple[ImportedFile, ...]:
    """Return the files that have any of the dashboard's days, newest first."""
    files: tuple[ImportedFile, ...] = client_of(Integrations).list_files(stats.first, stats.last)
    return files


def _origin(
    stats: DashboardStats, source: tuple[UUID, str], measure: str, channel: str | None
) -> Iterator[Origin]:
    history = stats.history
    source_id, name = source
    query = MetricQuery(measures=(measure,), from_date=stats.first, to_date=stats.last)
    span = history.range_of(query)
    facts = [
        fact
        for fact in history.facts
        if fact.source_id == source_id
        and measure in fact.micros
        and span.holds(fact)
        and channel in (None, fact.channel)
    ]
    if facts:
        yield Origin(
            source_id=source_id,
            source=name,
            measure=measure,
            rows=sum(fact.count for fact in facts),
            first=min(fact.first for fact in facts),
            last=max(fact.last for fact in facts),
            value=aggregate(facts, span, currency=stats.currency).totals.value(measure),
        )
