"""Importing a file into the organization's metrics: at once, or staged for a job."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import BinaryIO

import msgspec

from apps.auth.contract import Auth
from apps.integrations.connections.operations import lock_connection
from apps.integrations.imports import queries
from apps.integrations.imports.messages import CommitImport, ImportAccepted, ImportResult
from apps.integrations.imports.models import CsvImport, StagedFile
from apps.integrations.imports.operations.files import CHUNK_BYTES, discard_staged, stage_file
from apps.integrations.imports.operations.recording import record_import, result_of
from apps.integrations.imports.reading import AnyMapping, Check, Plan, Reading
from apps.integrations.metrics.operations import write_metrics
from omnify.context import current
from omnify.idempotency import once
from omnify.jobs.operations import request_job
from omnify.services import client_of

#: The most metrics that a request imports at once; a job imports larger files.
MAX_DIRECT_METRICS = 100_000


def import_csv(
    stream: BinaryIO, *, file_name: str, mapping: AnyMapping, now: datetime
) -> ImportResult | ImportAccepted:
    """Import a whole file into the organization's metrics, or nothing of it.

    A later file of the same source replaces the measures that it names, of the days and entities
    that it has, and never adds to them. The organization takes the file's currency if it has
    settled none. A file of more than ``MAX_DIRECT_METRICS`` is staged, and a job imports it.

    Raises:
        CsvInvalidError: the file or one of its rows is not valid.
        CsvAmbiguousError: it can be read in several ways, and the mapping does not say which.
    """
    digest = _digest(stream, mapping)
    plan = queries.plan_file(stream, mapping, now)
    found = queries.check_file(plan)
    client_of(Auth).adopt_currency(found.currency)
    if found.metric_count > MAX_DIRECT_METRICS:
        text = msgspec.json.encode(mapping).decode()
        staged = stage_file(stream, file_name=file_name, mapping=text, digest=digest)
        with once("integrations", "stage_csv", digest, ImportAccepted) as accepted:
            is_first = accepted.answer is None
            if is_first:
                rows, metrics = found.row_count, found.metric_count
                StagedFile.objects.filter(id=staged.id).update(metric_count=metrics)
                job_id = request_job(CommitImport(staged_id=staged.id))
                accepted.keep(ImportAccepted(job_id=job_id, rows=rows, metrics=metrics))
        if not is_first:
            discard_staged(staged.id)
        return accepted.given()
    with once("integrations", "import_csv", digest, ImportResult) as slot:
        if slot.answer is None:
            slot.keep(_apply(plan, found, digest, file_name, now))
        return slot.given()


def _apply(plan: Plan, found: Check, digest: str, file_name: str, now: datetime) -> ImportResult:
    connection = lock_connection(platform="csv", name=plan.mapping.source, now=now)
    latest = queries.find_latest_import(connection)
    if latest is not None and latest.digest == digest:
        return result_of(latest, unchanged=True)
    write_metrics(connection, queries.iter_metrics(Reading(plan)), found.currency)
    csv_import = CsvImport(
        connection=connection,
        file_name=file_name[:200],
        digest=digest,
        created_by=current().principal.user_id,
    )
    return record_import(csv_import, plan, found, now)


def _digest(stream: BinaryIO, mapping: AnyMapping) -> str:
    digest = hashlib.sha256(msgspec.json.encode(mapping, order="deterministic"))
    stream.seek(0)
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
