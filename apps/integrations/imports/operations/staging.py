"""What the job that takes a large file does, step by step."""

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
    MEASURES,
    CsvMapping,
    ParsedCsv,
    count_metrics,
    parse_mapping,
    read_csv,
)
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import CsvImport, StagedChunk, StagedFile, StagedMetric
from apps.integrations.imports.operations.importing import make_rows, note_import, result_of
from apps.integrations.metrics.models import DailyMetric
from omnify.db import alias_of, atomic

#: Metrics that one step of the job stages.
STEP_METRICS = 10_000
_BATCH = 1000
#: How long a staged file is kept whose job failed, so that it can be retried.
_KEPT = timedelta(days=7)
_VALUES = ("channel", "currency", *(f"{measure}_micros" for measure in MEASURES))
_COPIED = ("id", "organization_id", "level", "entity_key", "date", *_VALUES)


def read_staged(staged_id: UUID) -> tuple[ParsedCsv, CsvMapping]:
    """A staged file, read anew."""
    staged = StagedFile.objects.get(id=staged_id)
    mapping = parse_mapping(staged.mapping)
    return read_csv(_content(staged), mapping), mapping


def count_steps(parsed: ParsedCsv) -> int:
    """How many steps it takes to stage a file's metrics."""
    return -(-count_metrics(parsed) // STEP_METRICS)


def stage_metrics(staged_id: UUID, parsed: ParsedCsv, number: int) -> None:
    """Write the metrics of one step, where nothing counts them yet."""
    rows = make_rows(StagedMetric, parsed, {"file_id": staged_id})
    rows = islice(rows, number * STEP_METRICS, (number + 1) * STEP_METRICS)
    while batch := list(islice(rows, _BATCH)):
        StagedMetric.objects.bulk_create(batch)


def apply_staged(
    staged_id: UUID, parsed: ParsedCsv, mapping: CsvMapping, now: datetime
) -> ImportResult:
    """Let all staged metrics count, at once, and forget the file."""
    staged = StagedFile.objects.get(id=staged_id)
    source = lock_connection(platform="csv", name=mapping.source, now=now)
    latest = queries.find_latest_import(source)
    if latest is not None and latest.digest == staged.digest:
        staged.delete()
        return result_of(latest, unchanged=True)
    _copy(staged, source.id)
    made = CsvImport(
        connection=source,
        file_name=staged.file_name,
        digest=staged.digest,
        created_by=staged.created_by,
    )
    result = note_import(made, parsed, mapping, now)
    staged.delete()
    return result


def forget_staged(now: datetime) -> int:
    """Delete what was staged longer ago than anybody would retry; returns how many files."""
    with atomic("integrations"):
        return StagedFile.unscoped.filter(created_at__lt=now - _KEPT).delete()[0]


def _copy(staged: StagedFile, source_id: UUID) -> None:
    """All rows in one statement; one by one they would hold up SQLite's writers for minutes."""
    columns = ", ".join(_COPIED)
    changes = ", ".join(f"{name} = excluded.{name}" for name in _VALUES)
    connection = connections[alias_of("integrations")]
    is_typed = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DailyMetric._meta.db_table} ({columns}, connection_id)"  # noqa: S608, SLF001 - our own names
            f" SELECT {columns}, %s FROM {StagedMetric._meta.db_table}"  # noqa: SLF001
            " WHERE file_id = %s AND organization_id = %s"
            " ON CONFLICT (organization_id, connection_id, level, entity_key, date)"
            f" DO UPDATE SET {changes}",
            [
                each if is_typed else each.hex
                for each in (source_id, staged.id, staged.organization_id)
            ],
        )


def _content(staged: StagedFile) -> BinaryIO:
    parts = StagedChunk.objects.filter(file=staged).order_by("number")
    return io.BytesIO(b"".join(bytes(part) for part in parts.values_list("content", flat=True)))
