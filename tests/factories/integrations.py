"""Connections, their daily metrics and imports, without a file."""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.authorizing.models import Credential
from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import lock_connection
from apps.integrations.imports.layers import MetricsKind
from apps.integrations.imports.layers.building import LayerBuilder
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.operations.changing import begin_change
from apps.integrations.imports.operations.keeping import store_chunks, store_layers
from apps.integrations.metrics.models import COLUMNS, Channel, DailyMetric
from omnify.db import atomic
from omnify.money import to_micros
from omnify.names import fold

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


def make_synced(organization_id, platform, *, timezone="UTC", **fields):
    """A connection of a platform with a token and an account that is read."""
    connection = make_connection(organization_id, platform=platform, **fields)
    now = datetime.now(UTC)
    Credential.unscoped.create(
        organization_id=organization_id,
        connection=connection,
        access_encrypted="",
        refreshed_at=now,
    )
    PlatformAccount.unscoped.create(
        organization_id=organization_id,
        connection=connection,
        platform=platform,
        external_id=f"account-{next(_numbers)}",
        timezone=timezone,
        is_chosen=True,
        seen_at=now,
    )
    return connection


def make_many_synced(organization_id, platform, count, **fields):
    """Yield connections of an organization as ``make_synced`` makes one, some at a time."""
    now = datetime.now(UTC)
    for first in range(0, count, 500):
        names = [f"connection {number}" for number in range(first, min(count, first + 500))]
        made = [
            Connection(
                organization_id=organization_id,
                platform=platform,
                name=name,
                name_key=name,
                changed_at=now,
                **fields,
            )
            for name in names
        ]
        alike = [{"organization_id": organization_id, "connection": each} for each in made]
        Connection.unscoped.bulk_create(made)
        Credential.unscoped.bulk_create(
            Credential(**each, access_encrypted="", refreshed_at=now) for each in alike
        )
        PlatformAccount.unscoped.bulk_create(
            PlatformAccount(
                **each,
                platform=platform,
                external_id=str(each["connection"].id),
                timezone="UTC",
                is_chosen=True,
                seen_at=now,
            )
            for each in alike
        )
        yield from made


def make_metrics(
    connection, *, first=FIRST_DAY, days=1, currency="EUR", revenue=None, channels=None
):
    """Metrics of a connection for some days, as a file would bring them.

    ``revenue`` is the shop's. ``channels`` has measures by channel: ``{"tv": {"spend": 10}}``.
    Each number is the same every day, or a function of the day's position. A day that the
    connection has already is replaced.
    """
    channels = channels or {}
    rows = []
    for position in range(days):
        day = first + timedelta(days=position)
        if revenue is not None:
            rows.append(
                _row(connection, day, currency, "", _micros({"revenue": revenue}, position))
            )
        for channel, measures in channels.items():
            micros = _micros(measures, position)
            rows.append(_row(connection, day, currency, channel, micros))
    levels = {measure: "channel" for measures in channels.values() for measure in measures}
    if revenue is not None:
        levels["revenue"] = "organization"
    names = {"": None, **channels}
    last = first + timedelta(days=days - 1)
    before = DailyMetric.unscoped.filter(connection=connection, entity_key__in=names)
    before.filter(date__gte=first, date__lte=last).delete()
    DailyMetric.unscoped.bulk_create(rows)
    _name_channels(connection, channels)
    connection.complete_levels = {**connection.complete_levels, **levels}
    connection.save(update_fields=["complete_levels"])
    return connection


def import_metrics(values, *, source="csv", currency="EUR", levels=None):
    """Import metrics of the organization in the context as a file would, without a file.

    Returns the import, which does not count until its connection's change is finished.
    """
    builder = LayerBuilder(MetricsKind)
    chunks = [(MetricsKind.name, chunk) for chunk in builder.iter_chunks(values)]
    with atomic("integrations"):
        made = CsvImport.objects.create(
            connection=lock_connection(platform="csv", name=source, now=datetime.now(UTC)),
            state=CsvImport.State.PENDING,
            file_name=f"file {next(_numbers)}.csv",
            currency=currency,
            metrics=builder.rows,
            levels=levels or dict.fromkeys(builder.measures, "channel"),
        )
        store_chunks(made, chunks)
        store_layers(made, [builder])
        begin_change(made, is_undo=False)
    return made


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


def known_micros(row):
    """The measures that a metric knows, in millionths."""
    pairs = ((measure, getattr(row, column)) for measure, column in COLUMNS.items())
    return {measure: micros for measure, micros in pairs if micros is not None}


def _row(connection, day, currency, channel, micros):
    return DailyMetric(
        organization_id=connection.organization_id,
        connection=connection,
        level="channel" if channel else "organization",
        entity_key=channel,
        channel=channel,
        date=day,
        last_date=day,
        currency=currency,
        **{COLUMNS[measure]: number for measure, number in micros.items()},
    )


def _name_channels(connection, names):
    Channel.unscoped.bulk_create(
        (
            Channel(
                organization_id=connection.organization_id,
                connection=connection,
                name=name,
                name_key=fold(name),
            )
            for name in names
        ),
        ignore_conflicts=True,
    )


def _micros(measures, position):
    numbers = {
        name: number(position) if isinstance(number, Callable) else number
        for name, number in measures.items()
    }
    return {name: to_micros(Decimal(str(number))) for name, number in numbers.items()}
