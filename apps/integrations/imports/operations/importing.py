"""Importing a file into the organization's metrics: at once, or staged for a job."""

from __future__ import annotations

import time
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

import msgspec

from apps.auth.contract import Auth
from apps.integrations.connections import queries as connections
from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import lock_connection
from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports import queries, reading
from apps.integrations.imports.messages import ImportAccepted, ImportResult
from apps.integrations.imports.models import Change, CsvImport
from apps.integrations.imports.operations import files
from apps.integrations.imports.operations.finishing import find_change, finish_change
from apps.integrations.imports.operations.keeping import (
    HeldImport,
    begin_import,
    find_same,
    store_chunks,
)
from apps.integrations.imports.operations.originals import keep_original
from apps.integrations.imports.operations.recording import result_of
from apps.integrations.imports.operations.refusing import find_misfit
from apps.integrations.imports.reading import AnyMapping
from omnify.context import current
from omnify.db import atomic
from omnify.exceptions import OmnifyError
from omnify.idempotency import once
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job
from omnify.jobs.queries import wait_for_job
from omnify.jobs.refusals import find_refusal
from omnify.services import client_of

#: The most metrics, orders, touchpoints and rates that a request imports; a job imports more.
MAX_DIRECT_METRICS: Final = 100_000
#: How long a request works; a job does what is left.
MAX_SECONDS: Final = 20.0


class CommitImport(JobInput):
    """Import a staged file."""

    kind = "integrations.commit_import"

    staged_id: UUID


class BegunImport(msgspec.Struct):
    """What a request came to: an import of its own, or an earlier one."""

    import_id: UUID
    unchanged: bool = False


def import_csv(
    stream: BinaryIO, *, file_name: str, mapping: AnyMapping | None, now: datetime
) -> ImportResult | ImportAccepted:
    """Import a whole file into the organization's metrics, or nothing of it.

    A later file of the same source sets the measures that it names, on the days that it covers:
    entities that it no longer names lose them. The organization takes the file's currency if it
    has settled none. A file of more than ``MAX_DIRECT_METRICS``, and one that takes longer than
    ``MAX_SECONDS``, is imported by a job; a large one is read by it, too.

    Raises:
        CsvInvalidError: the file or one of its rows is not valid, or it would cut a span.
        CsvAmbiguousError: it can be read in several ways, and the mapping does not say which.
        CsvMappingError: there is no mapping; or the source keeps a measure at another level, or is
            of another brand.
    """
    if mapping is None:
        message = "Say which column is what; only a preview does without."
        raise CsvMappingError(errors=[{"field": "mapping", "message": message}])
    deadline = time.monotonic() + MAX_SECONDS
    queries.refuse_unknown_brand(mapping)
    if files.is_large(stream):
        return _import_unread(stream, file_name, mapping, deadline)
    request = _Request(stream, file_name, mapping, now)
    begun = request.begin(deadline)
    if isinstance(begun, ImportAccepted):
        return begun
    csv_import = queries.get_any_import(begun.import_id)
    if not finish_change(csv_import.connection, deadline=deadline, now=now):
        return _hand_over(csv_import)
    return result_of(queries.get_any_import(begun.import_id), unchanged=begun.unchanged)


class _Request:
    """A file that was read and checked, on its way to become an import."""

    def __init__(
        self, stream: BinaryIO, file_name: str, mapping: AnyMapping, now: datetime
    ) -> None:
        self.stream = stream
        self.file_name = file_name[:200]
        self.mapping = mapping
        self.now = now
        self.digest = files.digest_file(stream, mapping)
        self.plan = queries.plan_file(stream, mapping, now)
        self.found = queries.check_file(self.plan)
        if self.found.currency:
            client_of(Auth).adopt_currency(self.found.currency)

    def begin(self, deadline: float) -> BegunImport | ImportAccepted:
        """Return the one import, earlier one or job that the request comes to."""
        if self.found.value_count > MAX_DIRECT_METRICS:
            return self._stage()
        held = HeldImport(self.plan)
        while True:
            source = self._find_source()
            if source is not None and find_change(source) is not None:
                if not finish_change(source, deadline=deadline, now=self.now):
                    return self._stage()
                continue
            misfit = find_misfit(source, held.layers) if source is not None else None
            version = source.version if source is not None else 0
            with once("integrations", "import_csv", self.digest, BegunImport) as slot:
                begun = slot.answer or self._try_to_begin(held, version, misfit)
                if begun is not None:
                    return slot.keep(begun)

    def _find_source(self) -> Connection | None:
        return connections.find_connection(platform="csv", name=self.mapping.source)

    def _try_to_begin(
        self, held: HeldImport, version: int, misfit: OmnifyError | None
    ) -> BegunImport | None:
        """Begin the import; returns None where the connection has changed meanwhile."""
        connection = lock_connection(platform="csv", name=self.mapping.source, now=self.now)
        if connection.version != version or find_change(connection) is not None:
            return None
        same = find_same(connection, self.digest)
        if same is not None:
            return BegunImport(import_id=same.id, unchanged=True)
        if misfit is not None:
            raise misfit
        csv_import = CsvImport.objects.create(
            connection=connection,
            state=CsvImport.State.PENDING,
            file_name=self.file_name,
            digest=self.digest,
            created_by=current().principal.user_id,
        )
        store_chunks(csv_import, held.chunks)
        begin_import(csv_import, held.layers, held.found)
        keep_original(csv_import, self.stream)
        return BegunImport(import_id=csv_import.id)

    def _stage(self) -> ImportAccepted:
        """Stage the file for a job."""
        accepted = _stage(self.stream, self.file_name, self.mapping, self.digest)
        found = self.found
        return ImportAccepted(
            job_id=accepted.job_id, rows=found.row_count, metrics=found.metric_count
        )


def _import_unread(
    stream: BinaryIO, file_name: str, mapping: AnyMapping, deadline: float
) -> ImportResult | ImportAccepted:
    """Let a job read and import a large file, and wait until it is over, or for the deadline."""
    reading.refuse_misfit(stream, mapping, most_bytes=files.FIRST_BYTES)
    accepted = _stage(stream, file_name, mapping, files.digest_file(stream, mapping))
    report = wait_for_job("integrations", accepted.job_id, deadline=deadline)
    refusal = find_refusal(report)
    if refusal is not None:
        raise refusal
    if report.state != "succeeded":
        return accepted
    result = msgspec.convert(report.result, ImportResult)
    return accepted if result.value_count > MAX_DIRECT_METRICS else result


def _stage(stream: BinaryIO, file_name: str, mapping: AnyMapping, digest: str) -> ImportAccepted:
    """Keep a file for a job that imports it; returns the job that took the key, if one did."""
    staged = files.stage_file(stream, file_name=file_name, mapping=mapping, digest=digest)
    with once("integrations", "stage_csv", digest, ImportAccepted) as slot:
        is_first = slot.answer is None
        if is_first:
            slot.keep(ImportAccepted(job_id=request_job(CommitImport(staged_id=staged.id))))
    if not is_first:
        files.discard_staged(staged.id)
    return slot.given()


def _hand_over(csv_import: CsvImport) -> ImportAccepted:
    """Let a job do what is left of an import."""
    with atomic("integrations"):
        job_id = request_job(CommitImport(staged_id=csv_import.id), key=str(csv_import.id))
        Change.objects.filter(csv_import=csv_import, is_undo=False).update(job_id=job_id)
    return ImportAccepted(job_id=job_id, rows=csv_import.rows, metrics=csv_import.metrics)
