"""What integrations has of a source, and what the store has of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from msgspec.structs import replace

from apps.analytics.store.models import COLUMNS, DayRollup, StoredFact, StoredSource
from apps.analytics.store.rows import FactRow, RollupRow, to_row
from apps.integrations.contract import (
    MAX_PAGE,
    Connection,
    DailyMetric,
    DailyMetricsPage,
    DailyMetricsQuery,
    Integrations,
)
from omnify.services import client_of

#: The columns of facts and of sums, in the order of their rows.
FACT_COLUMNS: Final = (*FactRow._fields[:-1], *COLUMNS.values())
ROLLUP_COLUMNS: Final = (*RollupRow._fields[:-1], *COLUMNS.values())
#: So many rows are fetched and written at once, days never being cut.
SLICE_ROWS: Final = MAX_PAGE


class Slice(msgspec.Struct, frozen=True):
    """Days of a source, both included: what a fact that begins on one of them is in."""

    source_id: UUID
    first: date
    last: date


class Fetched(msgspec.Struct, frozen=True):
    """All facts of a slice as integrations had them, after the store had its ``generation``.

    Attributes:
        was_whole: whether the source was in the store whole before, or not at all.
        connection: None where integrations has the source no more.
    """

    slice: Slice
    facts: list[FactRow]
    generation: int
    was_whole: bool
    connection: Connection | None


def fetch_slice(wanted: Slice, most: int = SLICE_ROWS) -> Fetched:
    """Ask integrations for a slice; of more than about ``most`` rows for its first days alone."""
    generation, was_whole = _find_generation(wanted.source_id)
    facts: list[FactRow] = []
    connection = None
    for page in _pages(wanted):
        facts.extend(map(to_row, _own_of(page, wanted)))
        if connection is None:
            own = (each for each in page.connections if each.id == wanted.source_id)
            connection = next(own, None)
        if page.next and len(facts) >= most and facts[0].date < facts[-1].date:
            # The last day may go on.
            end = date.fromordinal(facts[-1].date.toordinal() - 1)
            facts = [fact for fact in facts if fact.date <= end]
            wanted = replace(wanted, last=end)
            break
    return Fetched(wanted, facts, generation, was_whole, connection)


def iter_days(wanted: Slice) -> Iterator[tuple[date, list[FactRow]]]:
    """Yield what integrations has of a slice by day."""
    metrics = (metric for page in _pages(wanted) for metric in _own_of(page, wanted))
    for day, own in groupby(metrics, key=_date_of):
        yield day, [to_row(metric) for metric in own]


def iter_stored_days(source_id: UUID) -> Iterator[tuple[date, list[FactRow]]]:
    """Yield the facts of a source by day."""
    rows = _read(StoredFact.objects.filter(source_id=source_id), FACT_COLUMNS)
    count = len(FactRow._fields) - 1
    for day, own in groupby(rows, key=_first):
        yield day, [FactRow._make((*row[:count], row[count:])) for row in own]


def iter_rolled_days(source_id: UUID) -> Iterator[tuple[date, list[RollupRow]]]:
    """Yield the sums of a source by day."""
    rows = _read(DayRollup.objects.filter(source_id=source_id), ROLLUP_COLUMNS)
    count = len(RollupRow._fields) - 1
    for day, own in groupby(rows, key=_first):
        yield day, [RollupRow._make((*row[:count], row[count:])) for row in own]


def _find_generation(source_id: UUID) -> tuple[int, bool]:
    """Return how often the rows of a source were replaced, and whether it is whole or new."""
    row = StoredSource.objects.filter(source_id=source_id).first()
    return (row.generation, row.as_of is not None) if row else (0, True)


def list_source_ids() -> set[UUID]:
    """Return the sources that integrations or the store has, or had."""
    connected = {each.id for each in client_of(Integrations).list_connections()}
    return connected | set(StoredSource.objects.values_list("source_id", flat=True))


def iter_organizations() -> Iterator[UUID]:
    """Yield the organizations that have connections, or facts of former ones."""
    seen: set[UUID] = set()
    after = None
    while True:
        page = client_of(Integrations).list_organizations(after)
        seen.update(page.organizations)
        yield from page.organizations
        after = page.next
        if after is None:
            break
    stored = StoredSource.unscoped.order_by("organization_id").values_list("organization_id")
    for (organization_id,) in stored.distinct():
        if organization_id not in seen:
            yield organization_id


def _pages(wanted: Slice) -> Iterator[DailyMetricsPage]:
    query = DailyMetricsQuery(
        from_date=wanted.first,
        to_date=wanted.last,
        connection_id=wanted.source_id,
        limit=SLICE_ROWS,
    )
    while True:
        page = client_of(Integrations).daily_metrics(query)
        yield page
        if not page.next:
            return
        query = replace(query, after=page.next)


def _own_of(page: DailyMetricsPage, wanted: Slice) -> Iterator[DailyMetric]:
    """Yield the metrics of a slice; a former version of integrations gives others beside them."""
    for metric in page.metrics:
        if metric.connection_id == wanted.source_id and metric.date >= wanted.first:
            yield metric


def _read(rows: QuerySet[Any], columns: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    return rows.order_by("date").values_list(*columns).iterator(chunk_size=SLICE_ROWS)


def _date_of(metric: DailyMetric) -> date:
    return metric.date


def _first(row: tuple[Any, ...]) -> date:
    day: date = row[0]
    return day
