"""Taking files into the organization's metrics: at once, or staged for a job."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, TypeVar

import msgspec

from apps.auth.contract import Auth
from apps.integrations.connections.operations import lock_connection
from apps.integrations.contract import MetricsChanged
from apps.integrations.exceptions import CsvInvalidError
from apps.integrations.imports import queries
from apps.integrations.imports.files import (
    MEASURES,
    CsvMapping,
    ParsedCsv,
    complete_levels,
    count_metrics,
    iter_metrics,
    read_csv,
)
from apps.integrations.imports.messages import CommitImport, ImportAccepted, ImportResult
from apps.integrations.imports.models import CsvImport, StagedChunk, StagedFile
from apps.integrations.metrics.models import DailyMetric, MetricRow
from omnify.context import current, current_organization_id
from omnify.events import publish
from omnify.idempotency import once
from omnify.jobs.operations import request_job
from omnify.services import client_of

M = TypeVar("M", bound=MetricRow)
#: Metrics that a request takes at once; more are a job's work.
MAX_DIRECT_METRICS = 100_000
_BATCH = 1000
_CHUNK_BYTES = 1 << 20


def import_csv(
    stream: BinaryIO, *, file_name: str, mapping: CsvMapping, now: datetime
) -> ImportResult | ImportAccepted:
    """Take a whole file into the organization's metrics, or nothing of it.

    A later file of the same source replaces the days it names and never adds to them. The
    organization takes the file's currency if it has settled none. A file of more than
    ``MAX_DIRECT_METRICS`` is staged, and a job takes it.

    Raises:
        CsvInvalidError: the file or any of its rows is not right.
    """
    digest = _digest(stream, mapping)
    parsed = read_csv(stream, mapping)
    if parsed.error_count:
        errors = msgspec.to_builtins(parsed.errors)
        raise CsvInvalidError(errors=errors, error_count=parsed.error_count)
    client_of(Auth).adopt_currency(parsed.currency)
    if (count := count_metrics(parsed)) > MAX_DIRECT_METRICS:
        with once("integrations", "stage_csv", digest, ImportAccepted) as accepted:
            if accepted.answer is None:
                staged = _stage(stream, mapping, digest, file_name)
                job_id = request_job(CommitImport(staged_id=staged.id))
                accepted.keep(ImportAccepted(job_id=job_id, rows=parsed.row_count, metrics=count))
            return accepted.given()
    with once("integrations", "import_csv", digest, ImportResult) as slot:
        if slot.answer is None:
            slot.keep(_apply(parsed, mapping, digest, file_name, now))
        return slot.given()


def _apply(
    parsed: ParsedCsv, mapping: CsvMapping, digest: str, file_name: str, now: datetime
) -> ImportResult:
    connection = lock_connection(platform="csv", name=mapping.source, now=now)
    latest = queries.find_latest_import(connection)
    if latest is not None and latest.digest == digest:
        return result_of(latest, unchanged=True)
    rows = make_rows(DailyMetric, parsed, {"connection": connection})
    while batch := list(islice(rows, _BATCH)):
        _upsert(batch)
    made = CsvImport(
        connection=connection,
        file_name=file_name[:200],
        digest=digest,
        created_by=current().principal.user_id,
    )
    return note_import(made, parsed, mapping, now)


def note_import(
    made: CsvImport, parsed: ParsedCsv, mapping: CsvMapping, now: datetime
) -> ImportResult:
    """Write an import down, after its metrics and in their transaction, and tell of it."""
    made.currency, made.rows, made.metrics = (
        parsed.currency,
        len(parsed.rows),
        count_metrics(parsed),
    )
    made.first_date = min(row.day for row in parsed.rows)
    made.last_date = max(row.day for row in parsed.rows)
    made.save()
    source = made.connection
    source.complete_levels = {**source.complete_levels, **complete_levels(mapping)}
    source.changed_at = now
    source.save(update_fields=["complete_levels", "changed_at"])
    publish(
        MetricsChanged(
            organization_id=made.organization_id,
            source_id=source.id,
            first_date=made.first_date,
            last_date=made.last_date,
        )
    )
    return result_of(made, unchanged=False)


def _stage(stream: BinaryIO, mapping: CsvMapping, digest: str, file_name: str) -> StagedFile:
    """Keep the file in pieces, where the workers find it whichever machine they are on."""
    staged = StagedFile.objects.create(
        file_name=file_name[:200],
        mapping=msgspec.json.encode(mapping).decode(),
        digest=digest,
        created_by=current().principal.user_id,
    )
    stream.seek(0)
    number = 0
    while content := stream.read(_CHUNK_BYTES):
        StagedChunk.objects.create(file=staged, number=number, content=content)
        number += 1
    return staged


def make_rows(kind: type[M], parsed: ParsedCsv, owner: dict[str, Any]) -> Iterator[M]:
    """A file's metrics as rows, unsaved, in a fixed order."""
    for values in iter_metrics(parsed):
        yield kind(
            organization_id=current_organization_id(),
            **owner,
            level=values.level,
            entity_key=values.entity_key,
            channel=values.channel,
            date=values.day,
            currency=parsed.currency,
            **{f"{measure}_micros": micros for measure, micros in values.micros.items()},
        )


def _upsert(rows: list[DailyMetric]) -> None:
    DailyMetric.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organization_id", "connection", "level", "entity_key", "date"],
        update_fields=["channel", "currency", *(f"{measure}_micros" for measure in MEASURES)],
    )


def result_of(row: CsvImport, *, unchanged: bool) -> ImportResult:
    """What an import that was written down brought."""
    return ImportResult(
        import_id=row.id,
        rows=row.rows,
        metrics=row.metrics,
        first_date=row.first_date,
        last_date=row.last_date,
        currency=row.currency,
        unchanged=unchanged,
    )


def _digest(stream: BinaryIO, mapping: CsvMapping) -> str:
    digest = hashlib.sha256(msgspec.json.encode(mapping, order="deterministic"))
    stream.seek(0)
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
