"""Connections, their daily metrics and imports, without a file."""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from apps.integrations.connections.models import Connection
from apps.integrations.imports.models import CsvImport
from apps.integrations.metrics.operations import write_metrics
from apps.integrations.metrics.values import MetricValues
from omnify.context import Principal, acting_as
from omnify.money import to_micros

FIRST_DAY = date(2026, 1, 1)
_numbers = itertools.count(1)


def make_connection(organization_id, **fields):
    """A connection; by default of files of one source, without metrics."""
    defaults = {
        "platform": "csv",
        "name": f"source {next(_numbers)}",
        "changed_at": datetime.now(UTC),
    }
    return Connection.unscoped.create(organization_id=organization_id, **{**defaults, **fields})


def make_metrics(
    connection, *, first=FIRST_DAY, days=1, currency="EUR", revenue=None, channels=None
):
    """Metrics of a connection for some days, as a file would bring them.

    ``revenue`` is the shop's. ``channels`` has measures by channel: ``{"tv": {"spend": 10}}``.
    Each number is the same every day, or a function of the day's position. A day that the
    connection has already is replaced.
    """
    channels = channels or {}
    metrics = []
    for position in range(days):
        day = first + timedelta(days=position)
        if revenue is not None:
            micros = _micros({"revenue": revenue}, position)
            metrics.append(MetricValues("organization", "", "", day, day, micros))
        for channel, measures in channels.items():
            micros = _micros(measures, position)
            metrics.append(MetricValues("channel", channel, channel, day, day, micros))
    levels = {measure: "channel" for measures in channels.values() for measure in measures}
    if revenue is not None:
        levels["revenue"] = "organization"
    with acting_as(Principal(organization_id=connection.organization_id)):
        write_metrics(connection, metrics, currency)
        connection.complete_levels = {**connection.complete_levels, **levels}
        connection.save(update_fields=["complete_levels"])
    return connection


def make_import(connection, **fields):
    """A file that was imported into a connection."""
    defaults = {
        "file_name": f"file {next(_numbers)}.csv",
        "digest": "0" * 64,
        "currency": "EUR",
        "rows": 1,
        "metrics": 1,
        "first_date": FIRST_DAY,
        "last_date": FIRST_DAY,
    }
    return CsvImport.unscoped.create(
        organization_id=connection.organization_id,
        connection=connection,
        **{**defaults, **fields},
    )


def _micros(measures, position):
    numbers = {
        name: number(position) if isinstance(number, Callable) else number
        for name, number in measures.items()
    }
    return {name: to_micros(Decimal(str(number))) for name, number in numbers.items()}
