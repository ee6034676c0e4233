"""The steps of the job that imports a large file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

from apps.integrations.connections.operations import lock_connection
from apps.integrations.imports import queries
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import CsvImport, StagedFile, StagedMetric
from apps.integrations.imports.operations.files import open_staged
from apps.integrations.imports.operations.recording import record_import, result_of
from apps.integrations.imports.reading import Check, Plan, Reading, parse_mapping
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.metrics.operations import (
    KEY_COLUMNS,
    make_batches,
    replaced_columns,
    settle_channels,
)
from apps.integrations.metrics.values import MetricValues
from omnify.db import alias_of

#: How many metrics one step of the job stages.
STEP_METRICS = 10_000
#: Between the names of a row's measures.
_GAP = " "


class StagedReading:
    """One way through a staged file: its metrics in pieces of ``STEP_METRICS``."""

    def __init__(self, staged_id: UUID, now: datetime) -> None:
        self.staged = StagedFile.objects.get(id=staged_id)
        mapping = parse_mapping(self.staged.mapping)
        self.plan = queries.plan_file(open_staged(staged_id), mapping, now)
        self._reading = Reading(self.plan)

    @property
    def pieces(self) -> int:
        """Return how many pieces there are."""
        return -(-self.staged.metric_count // STEP_METRICS)

    def iter_pieces(self) -> Iterator[list[MetricValues]]:
        """Yield the pieces."""
        metrics = queries.iter_metrics(self._reading)
        while piece := list(islice(metrics, STEP_METRICS)):
            yield piece

    def check(self) -> Check:
        """Return what the file came to, once all pieces were taken."""
        return self._reading.check()


def stage_metrics(staged_id: UUID, piece: list[MetricValues], currency: str) -> None:
    """Write metrics to a table that no query counts."""
    for measures, rows in make_batches(StagedMetric, piece, currency, file_id=staged_id):
        for row in rows:
            row.measures = _GAP.join(measures)
        StagedMetric.objects.bulk_create(rows)


def apply_staged(staged_id: UUID, plan: Plan, found: Check, now: datetime) -> ImportResult:
    """Make all staged metrics count, at once, and delete the staged file."""
    staged = StagedFile.objects.get(id=staged_id)
    connection = lock_connection(platform="csv", name=plan.mapping.source, now=now)
    latest = queries.find_latest_import(connection)
    if latest is not None and latest.digest == staged.digest:
        staged.delete()
        return result_of(latest, unchanged=True)
    rows = StagedMetric.objects.filter(file=staged).order_by()
    names = list(rows.values_list("channel", flat=True).distinct())
    _spell(rows, settle_channels(connection, names))
    for measures in list(rows.values_list("measures", flat=True).distinct()):
        _copy(staged, connection.id, measures)
    csv_import = CsvImport(
        connection=connection,
        file_name=staged.file_name,
        digest=staged.digest,
        created_by=staged.created_by,
    )
    result = record_import(csv_import, plan, found, now)
    staged.delete()
    return result


def _spell(staged: QuerySet[StagedMetric], spelled: dict[str, str]) -> None:
    """Spell channels as the organization did first."""
    for name, first in spelled.items():
        if name != first:
            rows = staged.filter(channel=name)
            rows.filter(level=StagedMetric.Level.CHANNEL).update(entity_key=first)
            rows.update(channel=first)


def _copy(staged: StagedFile, connection_id: UUID, measures: str) -> None:
    """Copy all rows that name the same measures in one statement.

    In batches they would block SQLite's writers for minutes.
    """
    replaced = replaced_columns(tuple(measures.split(_GAP)))
    copied = ("id", "organization_id", "level", "entity_key", "date", "last_date", *replaced)
    columns = ", ".join(copied)
    changes = ", ".join(f"{name} = excluded.{name}" for name in replaced)
    database = connections[alias_of("integrations")]
    is_typed = database.features.has_native_uuid_field
    ids = (connection_id, staged.id, staged.organization_id)
    with database.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DailyMetric._meta.db_table} ({columns}, connection_id)"  # noqa: S608, SLF001 - our own names
            f" SELECT {columns}, %s FROM {StagedMetric._meta.db_table}"  # noqa: SLF001
            " WHERE file_id = %s AND organization_id = %s AND measures = %s"
            f" ON CONFLICT ({', '.join(KEY_COLUMNS)})"
            f" DO UPDATE SET {changes}",
            [*(each if is_typed else each.hex for each in ids), measures],
        )
