"""The steps of the job that imports a large file."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from django.db import connections

from apps.integrations.connections.operations import lock_connection
from apps.integrations.imports import queries
from apps.integrations.imports.files import (
    CsvMapping,
    ParsedCsv,
    count_metrics,
    iter_metrics,
    parse_mapping,
    read_csv,
)
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import CsvImport, StagedChunk, StagedFile, StagedMetric
from apps.integrations.imports.operations.recording import record_import, result_of
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.metrics.operations import (
    KEY_COLUMNS,
    REPLACED_COLUMNS,
    make_batches,
    settle_channels,
)
from omnify.db import alias_of, atomic

#: How many metrics one step of the job stages.
STEP_METRICS = 10_000
#: How long the file of a failed job is kept, so that the job can be retried.
_KEPT = timedelta(days=7)
_COPIED = ("id", "organization_id", "level", "entity_key", "date", "last_date", *REPLACED_COLUMNS)


def read_staged(staged_id: UUID, *, now: datetime) -> tuple[ParsedCsv, CsvMapping]:
    """Return what a staged file holds, and its mapping."""
    staged = StagedFile.objects.get(id=staged_id)
    mapping = parse_mapping(staged.mapping)
    return read_csv(_content(staged), mapping, now=now), mapping


def count_steps(parsed: ParsedCsv) -> int:
    """Return how many steps it takes to stage the metrics of a file."""
    return -(-count_metrics(parsed) // STEP_METRICS)


def stage_metrics(staged_id: UUID, parsed: ParsedCsv, number: int) -> None:
    """Write the metrics of one step to a table that no query counts."""
    metrics = islice(iter_metrics(parsed), number * STEP_METRICS, (number + 1) * STEP_METRICS)
    for rows in make_batches(StagedMetric, metrics, parsed.currency, file_id=staged_id):
        StagedMetric.objects.bulk_create(rows)


def apply_staged(
    staged_id: UUID, parsed: ParsedCsv, mapping: CsvMapping, now: datetime
) -> ImportResult:
    """Make all staged metrics count, at once, and delete the staged file."""
    staged = StagedFile.objects.get(id=staged_id)
    connection = lock_connection(platform="csv", name=mapping.source, now=now)
    latest = queries.find_latest_import(connection)
    if latest is not None and latest.digest == staged.digest:
        staged.delete()
        return result_of(latest, unchanged=True)
    names = [channel.name for channel in mapping.channels]
    _spell(staged, settle_channels(connection, names))
    _copy(staged, connection.id)
    csv_import = CsvImport(
        connection=connection,
        file_name=staged.file_name,
        digest=staged.digest,
        created_by=staged.created_by,
    )
    result = record_import(csv_import, parsed, mapping, now)
    staged.delete()
    return result


def forget_staged(now: datetime) -> int:
    """Delete staged files that are too old to be retried; return how many rows that were."""
    with atomic("integrations"):
        return StagedFile.unscoped.filter(created_at__lt=now - _KEPT).delete()[0]


def _spell(staged: StagedFile, spelled: dict[str, str]) -> None:
    """Spell channels as the organization did first."""
    for name, first in spelled.items():
        if name != first:
            rows = StagedMetric.objects.filter(file=staged, channel=name)
            rows.update(channel=first, entity_key=first)


def _copy(staged: StagedFile, connection_id: UUID) -> None:
    """Copy all rows in one statement; in batches they would block SQLite's writers for minutes."""
    columns = ", ".join(_COPIED)
    changes = ", ".join(f"{name} = excluded.{name}" for name in REPLACED_COLUMNS)
    database = connections[alias_of("integrations")]
    is_typed = database.features.has_native_uuid_field
    with database.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DailyMetric._meta.db_table} ({columns}, connection_id)"  # noqa: S608, SLF001 - our own names
            f" SELECT {columns}, %s FROM {StagedMetric._meta.db_table}"  # noqa: SLF001
            " WHERE file_id = %s AND organization_id = %s"
            f" ON CONFLICT ({', '.join(KEY_COLUMNS)})"
            f" DO UPDATE SET {changes}",
            [
                each if is_typed else each.hex
                for each in (connection_id, staged.id, staged.organization_id)
            ],
        )


def _content(staged: StagedFile) -> BinaryIO:
    parts = StagedChunk.objects.filter(file=staged).order_by("number")
    return io.BytesIO(b"".join(bytes(part) for part in parts.values_list("content", flat=True)))
