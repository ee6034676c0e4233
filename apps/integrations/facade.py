"""Integrations' contract: rows to messages."""

from __future__ import annotations

from apps.integrations.connections import queries as connections
from apps.integrations.connections.models import Connection
from apps.integrations.contract import (
    CompleteLevel,
    DailyMetric,
    DailyMetricsPage,
    DailyMetricsQuery,
    Integrations,
    MetricsSpan,
    Source,
)
from apps.integrations.metrics import queries as metrics
from apps.integrations.metrics.models import DailyMetric as DailyMetricRow


class IntegrationsFacade(Integrations):
    """Answers for the organization of the context."""

    def daily_metrics(self, query: DailyMetricsQuery) -> DailyMetricsPage:
        """Return a page of daily metrics."""
        rows, following = metrics.list_metrics(query)
        return DailyMetricsPage(
            metrics=tuple(to_metric(row) for row in rows),
            sources=self.list_connections(),
            next=following,
            as_of=connections.find_last_change(),
        )

    def metrics_span(self) -> MetricsSpan:
        """Return the days between which there are metrics."""
        first, last = metrics.find_span()
        return MetricsSpan(first_date=first, last_date=last)

    def list_connections(self) -> tuple[Source, ...]:
        """List what the organization has connected."""
        return tuple(to_source(row) for row in connections.list_connections())


def to_metric(row: DailyMetricRow) -> DailyMetric:
    """A row as other services see it."""
    return DailyMetric(
        source_id=row.connection_id,
        level=row.level,
        entity_key=row.entity_key,
        channel=row.channel,
        date=row.date,
        currency=row.currency,
        spend_micros=row.spend_micros,
        revenue_micros=row.revenue_micros,
        attributed_revenue_micros=row.attributed_revenue_micros,
        impressions_micros=row.impressions_micros,
        clicks_micros=row.clicks_micros,
        conversions_micros=row.conversions_micros,
        reach_micros=row.reach_micros,
    )


def to_source(row: Connection) -> Source:
    """A connection as other services see it."""
    levels = tuple(
        CompleteLevel(measure=measure, level=level)
        for measure, level in sorted(row.complete_levels.items())
    )
    return Source(id=row.id, kind=row.platform, name=row.name, complete_levels=levels)
