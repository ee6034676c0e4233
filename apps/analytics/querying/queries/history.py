"""Read the metrics of some days from integrations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import msgspec

from apps.analytics.exceptions import NoMetricsError
from apps.integrations.contract import (
    DailyMetric,
    DailyMetricsPage,
    DailyMetricsQuery,
    Integrations,
)
from omnify.services import client_of


class History(msgspec.Struct):
    """All metrics between two days, with the levels that are needed to sum them."""

    metrics: list[DailyMetric]
    levels: dict[UUID, dict[str, str]]
    as_of: datetime | None


def read_history(first: date, last: date, channels: tuple[str, ...] = ()) -> History:
    """Return the metrics between two days.

    Raises:
        NoMetricsError: the organization has no metrics on any day.
    """
    history = History([], {}, None)
    for page in _pages(first, last, channels):
        history.metrics.extend(page.metrics)
        history.levels = {
            connection.id: {item.measure: item.level for item in connection.complete_levels}
            for connection in page.connections
        }
        history.as_of = page.as_of
    if history.as_of is None:
        raise NoMetricsError(missing="metrics")
    if channels:
        history.metrics = [metric for metric in history.metrics if metric.channel in channels]
    return history


def _pages(first: date, last: date, channels: tuple[str, ...]) -> Iterator[DailyMetricsPage]:
    integrations = client_of(Integrations)
    after = ""
    while True:
        page = integrations.daily_metrics(
            DailyMetricsQuery(from_date=first, to_date=last, channels=channels, after=after)
        )
        yield page
        after = page.next
        if not after:
            return
