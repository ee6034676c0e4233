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
Measures = tuple[str, ...]
#: What identifies a metric.
KEY_COLUMNS: Final = (
    *("organization_id", "connection_id", "level", "entity_key"),
    *("date", "last_date"),
)
_NAME_COLUMNS: Final = ("channel", "account", "campaign", "ad")
_BATCH = 1000


def replaced_columns(measures: Measures) -> tuple[str, ...]:
    """Return what a later metric of the same key replaces: the measures that it names."""
    return (*_NAME_COLUMNS, "currency", *(COLUMNS[measure] for measure in measures))


def write_metrics(connection: Connection, metrics: Iterable[MetricValues], currency: str) -> None:
    """Write metrics of a connection; of a day that is there already, what they name is replaced."""
    for measures, rows in make_batches(DailyMetric, metrics, currency, connection=connection):
        DailyMetric.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=KEY_COLUMNS,
            update_fields=replaced_columns(measures),
        )


def make_batches(
    row_type: type[M], metrics: Iterable[MetricValues], currency: str, **owner: Any
) -> Iterator[tuple[Measures, list[M]]]:
    """Yield metrics as unsaved rows, as many as one statement writes, by the measures they name."""
    metrics = iter(metrics)
    while batch := list(islice(metrics, _BATCH)):
        named: dict[Measures, list[M]] = {}
        for metric in batch:
            row = _make_row(row_type, metric, currency, owner)
            named.setdefault(tuple(metric.micros), []).append(row)
        yield from named.items()


def _make_row(row_type: type[M], metric: MetricValues, currency: str, owner: dict[str, Any]) -> M:
    return row_type(
        organization_id=current_organization_id(),
        level=metric.level,
        entity_key=metric.entity_key,
        channel=metric.channel,
        account=metric.account,
        campaign=metric.campaign,
        ad=metric.ad,
        date=metric.day,
        last_date=metric.last_day,
        currency=currency,
        **owner,
        **{COLUMNS[measure]: micros for measure, micros in metric.micros.items()},
    )
