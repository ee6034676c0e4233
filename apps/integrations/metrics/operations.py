"""Writing daily metrics, whatever kind of connection brings them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from django.db.models import QuerySet
from msgspec.structs import replace

from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import Channel, DailyMetric, MetricRow
from apps.integrations.metrics.values import COLUMNS, MetricValues
from omnify.context import current_organization_id
from omnify.names import fold

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
    """Write metrics of a connection; of a day that is there already, what they name is replaced.

    A channel is written as the organization spelled it first.
    """
    spelled = _spell_channels(connection, metrics)
    for measures, rows in make_batches(DailyMetric, spelled, currency, connection=connection):
        DailyMetric.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=KEY_COLUMNS,
            update_fields=replaced_columns(measures),
        )


def settle_channels(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return how the organization spelled each channel first; new ones are kept as they are."""
    keys = {name: fold(name) for name in dict.fromkeys(names) if name}
    known = _find_names(Channel.objects.filter(connection=connection), keys.values())
    if missing := {key: name for name, key in reversed(keys.items()) if key not in known}:
        spelled = {**missing, **_find_names(Channel.objects.all(), missing)}
        Channel.objects.bulk_create(
            Channel(
                organization_id=connection.organization_id,
                connection=connection,
                name=name,
                name_key=key,
            )
            for key, name in spelled.items()
        )
        known |= spelled
    return {name: known[key] for name, key in keys.items()}


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


def _find_names(channels: QuerySet[Channel], keys: Iterable[str]) -> dict[str, str]:
    """Return the first spelling of each key that is known."""
    known = channels.filter(name_key__in=list(keys)).order_by("-id")
    return dict(known.values_list("name_key", "name"))


def _spell_channels(
    connection: Connection, metrics: Iterable[MetricValues]
) -> Iterator[MetricValues]:
    remaining, spelled = iter(metrics), {"": ""}
    while batch := list(islice(remaining, _BATCH)):
        names = [each.channel for each in batch if each.channel not in spelled]
        if names:
            spelled |= settle_channels(connection, names)
        for each in batch:
            yield each if spelled[each.channel] == each.channel else _spell(each, spelled)


def _spell(metric: MetricValues, spelled: dict[str, str]) -> MetricValues:
    name = spelled[metric.channel]
    is_channel = metric.level == MetricRow.Level.CHANNEL
    return replace(metric, channel=name, entity_key=name if is_channel else metric.entity_key)


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
