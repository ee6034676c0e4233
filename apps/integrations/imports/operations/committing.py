"""The steps of the jobs that import a staged file, or make what is left of a change."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from apps.auth.contract import Auth
from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import lock_connection
from apps.integrations.imports import queries
from apps.integrations.imports.layers.building import Chunk
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import Change, CsvImport, StagedFile
from apps.integrations.imports.operations.changing import ChangeMovedError
from apps.integrations.imports.operations.files import get_staged, open_staged
from apps.integrations.imports.operations.finishing import (
    build_until,
    discard_import,
    find_change,
    finish_change,
    flip,
    iter_tidying,
    take_back,
)
from apps.integrations.imports.operations.keeping import (
    FileLayers,
    begin_import,
    find_same,
    store_chunks,
)
from apps.integrations.imports.operations.recording import result_of
from apps.integrations.imports.operations.refusing import find_misfit
from apps.integrations.imports.reading import Check, parse_mapping
from omnify.services import client_of

#: How long one step of a job works on a change.
STEP_SECONDS: Final = 1.0


class Begun(msgspec.Struct):
    """What came of beginning an import: nothing yet while its source is in another change."""

    is_begun: bool = False
    unchanged_id: UUID | None = None


class Progress(msgspec.Struct):
    """How far a change is; ``is_over`` where nothing is left to do."""

    done: int = 0
    total: int = 0
    is_over: bool = False


def plan_staged(
    staged: StagedFile, now: datetime, *, on_chunk: Callable[[int, int], None]
) -> FileLayers:
    """Return the layers of a staged file, yet to be read; ``on_chunk`` as ``open_staged`` has it.

    Raises:
        CsvAmbiguousError: it can be read in several ways, and its mapping does not say which.
        CsvInvalidError: it cannot be read as a table, or lacks a column.
    """
    stream = open_staged(staged.id, on_chunk=on_chunk)
    plan = queries.plan_file(stream, parse_mapping(staged.mapping), now)
    queries.refuse_questions(plan)
    return FileLayers(plan)


def adopt_currency(currency: str) -> None:
    """Let the organization take a file's currency if it has settled none."""
    if currency:
        client_of(Auth).adopt_currency(currency)


def open_import(staged_id: UUID, source: str, now: datetime) -> None:
    """Record the import of a staged file, which does not count yet."""
    staged = get_staged(staged_id)
    CsvImport.objects.create(
        id=staged.id,
        connection=lock_connection(platform="csv", name=source, now=now),
        state=CsvImport.State.PENDING,
        file_name=staged.file_name,
        digest=staged.digest,
        created_by=staged.created_by,
    )


def keep_chunks(import_id: UUID, chunks: Sequence[tuple[str, Chunk]]) -> None:
    """Store some chunks of an import that does not count yet."""
    store_chunks(queries.get_any_import(import_id), chunks)


def check_fit(import_id: UUID, layers: FileLayers, now: datetime) -> int:
    """Finish another change for a while, and return the version that a file fits.

    Raises:
        CsvInvalidError: the file would cut a span.
        CsvMappingError: the source keeps a measure at another level.
    """
    finish_others(import_id, now)
    csv_import = queries.get_any_import(import_id)
    connection = csv_import.connection
    is_same = find_same(connection, csv_import.digest, but=import_id) is not None
    if not is_same and find_change(connection) is None:
        misfit = find_misfit(connection, layers)
        if misfit is not None:
            raise misfit
    return connection.version


def begin_staged(
    import_id: UUID, layers: FileLayers, found: Check, job_id: UUID, version: int
) -> Begun:
    """Begin to let an import count, unless its source has the same file or is of another version.

    While the source is in another change, nothing begins.
    """
    csv_import = queries.get_any_import(import_id)
    connection = Connection.objects.select_for_update().get(id=csv_import.connection_id)
    if find_change(connection) is not None or connection.version != version:
        return Begun()
    same = find_same(connection, csv_import.digest, but=import_id)
    if same is not None:
        return Begun(unchanged_id=same.id)
    csv_import.connection = connection
    change = begin_import(csv_import, layers, found)
    Change.objects.filter(id=change.id).update(job_id=job_id)
    return Begun(is_begun=True)


def finish_others(import_id: UUID, now: datetime) -> None:
    """Make some steps of the change that an import's connection is in."""
    connection = queries.get_any_import(import_id).connection
    finish_change(connection, deadline=time.monotonic() + STEP_SECONDS, now=now)


def build_some(import_id: UUID) -> Progress:
    """Build the change that an import is in for a while."""
    change = _find_own(import_id)
    if change is None or change.phase != Change.Phase.BUILDING:
        return Progress(is_over=True)
    is_over = build_until(change, time.monotonic() + STEP_SECONDS)
    return Progress(change.done, change.total, is_over)


def flip_import(import_id: UUID, now: datetime) -> None:
    """Let what was built count, unless another process did so."""
    change = _find_own(import_id)
    if change is not None and change.phase == Change.Phase.BUILT:
        flip(change, now)


def tidy_some(import_id: UUID) -> bool:
    """Delete for a while what no longer counts; returns whether nothing is left."""
    change = _find_own(import_id)
    if change is None or change.phase != Change.Phase.TIDYING:
        return True
    deadline = time.monotonic() + STEP_SECONDS
    return all(time.monotonic() <= deadline for _ in iter_tidying(change))


def give_up(import_id: UUID, now: datetime) -> None:
    """Take an import or undo back that is not to be; what counts already stays."""
    change = _find_own(import_id)
    if change is not None and change.phase in (Change.Phase.BUILDING, Change.Phase.BUILT):
        try:
            take_back(change)
        except ChangeMovedError:
            return give_up(import_id, now)
    csv_import = CsvImport.objects.filter(id=import_id).select_related("connection").first()
    if csv_import is None:
        return None
    if change is not None:
        finish_change(csv_import.connection, deadline=float("inf"), now=now)
    elif csv_import.state == CsvImport.State.PENDING:
        discard_import(csv_import)
    return None


def get_result(import_id: UUID, *, unchanged: bool) -> ImportResult:
    """Return what an import brought, once it counts."""
    return result_of(queries.get_import(import_id), unchanged=unchanged)


def _find_own(import_id: UUID) -> Change | None:
    changes = Change.objects.filter(csv_import=import_id)
    return changes.select_related("connection", "csv_import").first()
