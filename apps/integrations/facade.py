"""Integrations' contract: rows to messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from apps.integrations.actions.operations.requesting import request_action
from apps.integrations.connections import queries as connections
from apps.integrations.connections.models import Connection as ConnectionRow
from apps.integrations.connections.sources import Span, describe_orders
from apps.integrations.connections.states import describe_state, read_facts
from apps.integrations.contract import (
    ActionRequest,
    CompleteLevel,
    Connection,
    ConnectionFreshness,
    DailyMetric,
    DailyMetricsPage,
    DailyMetricsQuery,
    DayRate,
    EntitiesPage,
    EntitiesQuery,
    Entity,
    ImportedFile,
    Integrations,
    MeasureMicros,
    MetricsSpan,
    Order,
    OrdersPage,
    OrdersQuery,
    OrganizationsPage,
    PlatformAction,
    ProbeResult,
    RatesPage,
    RatesQuery,
    Touchpoint,
    TouchpointsPage,
    TouchpointsQuery,
)
from apps.integrations.imports import queries as imports
from apps.integrations.imports.models import CsvImport
from apps.integrations.metrics import queries as metrics
from apps.integrations.metrics.models import COLUMNS
from apps.integrations.metrics.models import Entity as EntityRow
from apps.integrations.orders import queries as orders
from apps.integrations.rates import queries as rates
from apps.integrations.syncing.messages import SyncInput
from apps.integrations.syncing.operations.probing import probe_connection
from apps.integrations.syncing.operations.starting import start_sync
from apps.integrations.touchpoints import queries as touchpoints
from omnify.giving_way import be_long, giving_way
from omnify.services.messages import as_message

#: Where a row has the columns that are a field of ``DailyMetric``, and those of other measures.
_FIELDS = {
    column: metrics.READ.index(column)
    for column in COLUMNS.values()
    if column in DailyMetric.__struct_fields__
}
_OTHERS = {
    measure: metrics.READ.index(column)
    for measure, column in COLUMNS.items()
    if column not in _FIELDS
}
#: So many metrics take longer than a short request does.
_LARGE_PAGE = 1000
_uuid_of = lru_cache(maxsize=1024)(UUID)


class IntegrationsFacade(Integrations):
    """Answer for the organization in the context."""

    def daily_metrics(self, query: DailyMetricsQuery) -> DailyMetricsPage:
        """Return a page of daily metrics."""
        rows, following = metrics.list_metrics(query)
        if len(rows) > _LARGE_PAGE:
            be_long()
        return DailyMetricsPage(
            metrics=tuple(to_metric(row) for row in giving_way(rows)),
            connections=self.list_connections(),
            next=following,
            as_of=connections.find_last_change(),
        )

    def orders(self, query: OrdersQuery) -> OrdersPage:
        """Return a page of orders."""
        rows, following = orders.list_orders(query)
        return OrdersPage(
            orders=tuple(as_message(Order, row) for row in rows),
            next=following,
            as_of=connections.find_last_change(),
        )

    def touchpoints(self, query: TouchpointsQuery) -> TouchpointsPage:
        """Return a page of touchpoints."""
        rows, following = touchpoints.list_touchpoints(query)
        return TouchpointsPage(
            touchpoints=tuple(as_message(Touchpoint, row, path=row.channels) for row in rows),
            next=following,
            as_of=connections.find_last_change(),
        )

    def entities(self, query: EntitiesQuery) -> EntitiesPage:
        """Return a page of campaigns, ad groups and ads."""
        rows, following = metrics.list_entities(query)
        return EntitiesPage(entities=tuple(map(to_entity, rows)), next=following)

    def exchange_rates(self, query: RatesQuery) -> RatesPage:
        """Return a page of what currencies are worth in another."""
        prices, following = rates.list_prices(query)
        return RatesPage(
            rates=tuple(
                DayRate(date=day, currency=currency, over=price.over, under=price.under)
                for day, currency, price in prices
            ),
            next=following,
        )

    def metrics_span(self) -> MetricsSpan:
        """Return the days between which there are metrics."""
        first, last = metrics.find_span()
        return MetricsSpan(first_date=first, last_date=last)

    def list_connections(self) -> tuple[Connection, ...]:
        """List what the organization has connected."""
        days = imports.list_order_days()
        return tuple(to_connection(row, days) for row in connections.list_connections())

    def list_organizations(self, after: UUID | None = None) -> OrganizationsPage:
        """Return a page of the organizations that have connections."""
        found, following = connections.list_organizations(after)
        return OrganizationsPage(organizations=found, next=following)

    def get_connection(self, connection_id: UUID) -> Connection:
        """Return a connection of the organization."""
        return to_connection(connections.get_connection(connection_id), imports.list_order_days())

    def freshness(self, connection_id: UUID) -> ConnectionFreshness:
        """Return how fresh a connection is."""
        row = connections.get_connection(connection_id)
        state, sentence, _ = describe_state(row)
        return ConnectionFreshness(
            connection_id=row.id,
            state=state,
            sentence=sentence,
            whole_to=read_facts(row).whole_to,
            next_sync_at=row.next_sync_at,
            history_from=read_facts(row).orders_from,
        )

    def probe(self, connection_id: UUID) -> ProbeResult:
        """Ask a connection's platform whether it answers."""
        return probe_connection(connection_id)

    def start_sync(self, connection_id: UUID) -> UUID:
        """Begin a run of a connection."""
        return start_sync(connection_id, SyncInput(), timezone.now()).id

    def execute_action(self, wanted: ActionRequest) -> PlatformAction:
        """Begin an action on a connection's platform."""
        return request_action(wanted)

    def list_channels(self) -> tuple[str, ...]:
        """List the names of the organization's channels by alphabet."""
        return tuple(metrics.list_channels())

    def list_files(self, from_date: date, to_date: date) -> tuple[ImportedFile, ...]:
        """List the files that have any of some days."""
        return tuple(to_file(row) for row in imports.list_files(from_date, to_date))


def to_metric(row: Sequence[Any]) -> DailyMetric:
    """Return a metric, whose values are those of ``metrics.READ``, as other services see it."""
    connection_key, _, level, entity_key, channel, day, last_day, currency, *_ = row
    return DailyMetric(
        connection_id=_uuid_of(connection_key),
        level=level,
        entity_key=entity_key,
        channel=channel,
        date=day,
        last_date=last_day,
        currency=currency,
        **{column: row[at] for column, at in _FIELDS.items()},
        others=tuple(
            [
                MeasureMicros(measure=name, micros=row[at])
                for name, at in _OTHERS.items()
                if row[at] is not None
            ]
        ),
    )


def to_entity(row: EntityRow) -> Entity:
    """Return a campaign, ad group or ad as other services see it."""
    account_id = row.platform_account.external_id
    return as_message(Entity, row, id=row.external_id, account_id=account_id)


def to_file(row: CsvImport) -> ImportedFile:
    """Return an import as other services see it."""
    path = reverse("integrations:imported", args=[row.id])
    return as_message(ImportedFile, row, path=path, imported_at=row.created_at)


def to_connection(row: ConnectionRow, order_days: Mapping[UUID, Span]) -> Connection:
    """Return a connection as other services see it; ``order_days`` are of files of orders."""
    levels = tuple(
        CompleteLevel(measure=measure, level=level)
        for measure, level in sorted(row.complete_levels.items())
    )
    return Connection(
        id=row.id,
        kind=row.platform,
        name=row.name,
        complete_levels=levels,
        brand_id=row.brand_id,
        orders=describe_orders(row, order_days.get(row.id)),
        changed_at=row.changed_at,
        orders_changed_at=row.orders_changed_at,
        touchpoints_changed_at=row.touchpoints_changed_at,
    )
