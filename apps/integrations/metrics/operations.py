"""Writing daily metrics, whatever kind of connection brings them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import DailyMetric, MetricRow
from apps.integrations.metrics.values import COLUMNS, MetricValues
from omnify.context import current_organization_id

M = TypeVar("M", bound=MetricRow)
#: What identifies a metric, and what a later one of the same key replaces.
KEY_COLUMNS: Final = (
    *("organization_id", "connection_id", "level", "entity_key"),
    *("date", "last_date"),
)
REPLACED_COLUMNS: Final = ("channel", "currency", *COLUMNS.values())
_BATCH = 1000


def write_metrics(connection: Connection, metrics: Iterable[MetricValues], currency: str) -> None:
    """Write metrics of a connection; a day that is there already is replaced."""
    for rows in make_batches(DailyMetric, metrics, currency, connection=connection):
        DailyMetric.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=KEY_COLUMNS,
            update_fields=REPLACED_COLUMNS,
        )


def make_batches(
    row_type: type[M], metrics: Iterable[MetricValues], currency: str, **owner: Any
) -> Iterator[list[M]]:
    """Yield metrics as unsaved rows, as many as one statement writes."""
    rows = (_make_row(row_type, each, currency, owner) for each in metrics)
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _make_row(row_type: type[M], metric: MetricValues, currency: str, owner: dict[str, Any]) -> M:
    return row_type(
        organization_id=current_organization_id(),
        level=metric.level,
        entity_key=metric.entity_key,
        channel=metric.channel,
        date=metric.day,
        last_date=metric.last_day,
        currency=currency,
        **owner,
        **{COLUMNS[measure]: micros for measure, micros in metric.micros.items()},
    )
