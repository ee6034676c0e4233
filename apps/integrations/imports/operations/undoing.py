"""Undoing an import: what the remaining ones give, in their order, counts then."""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import ImportNotKeptError
from apps.integrations.imports import queries
from apps.integrations.imports.models import Change, CsvImport
from apps.integrations.imports.operations import importing
from apps.integrations.imports.operations.changing import begin_change
from apps.integrations.imports.operations.finishing import find_change, finish_change
from omnify.api.fields import JobStarted
from omnify.db import atomic
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job


class UndoImport(JobInput):
    """Undo a large import."""

    kind = "integrations.undo_import"

    import_id: UUID


def undo_import(import_id: UUID, *, now: datetime) -> JobStarted | None:
    """Undo an import, the newest or any other; one that is undone already stays so.

    Returns None when that is done. An import of more than ``MAX_DIRECT_METRICS``, and one that
    takes longer than ``MAX_SECONDS``, is undone by a job.

    Raises:
        ImportNotFoundError: the organization has no such import.
        ImportNotKeptError: it was made before imports were kept one by one.
    """
    deadline = time.monotonic() + importing.MAX_SECONDS
    csv_import = get_undoable(import_id)
    if csv_import.state == CsvImport.State.UNDONE:
        return None
    counts = (csv_import.metrics, csv_import.orders, csv_import.touchpoints, csv_import.rates)
    if sum(counts) > importing.MAX_DIRECT_METRICS:
        return _request_undo(csv_import)
    while csv_import.state != CsvImport.State.UNDONE:
        begin_undo(csv_import)
        if not finish_change(csv_import.connection, deadline=deadline, now=now):
            return _request_undo(csv_import)
        csv_import = queries.get_import(import_id)
    return None


def get_undoable(import_id: UUID) -> CsvImport:
    """Return an import that can be undone, or is.

    Raises:
        ImportNotFoundError: the organization has no such import.
        ImportNotKeptError: it was made before imports were kept one by one.
    """
    csv_import = queries.get_import(import_id)
    if not csv_import.is_kept:
        raise ImportNotKeptError(import_id=import_id)
    return csv_import


def begin_undo(csv_import: CsvImport, *, job_id: UUID | None = None) -> bool:
    """Begin to undo an import; returns False while its connection is in another change."""
    with atomic("integrations"):
        connection = Connection.objects.select_for_update().get(id=csv_import.connection_id)
        change = find_change(connection)
        csv_import.refresh_from_db(fields=["state"])
        if change is not None or csv_import.state == CsvImport.State.UNDONE:
            return change is None or _is_own(change, csv_import)
        csv_import.connection = connection
        begun = begin_change(csv_import, is_undo=True)
        if job_id is not None:
            Change.objects.filter(id=begun.id).update(job_id=job_id)
    return True


def begin_undo_of(import_id: UUID, job_id: UUID) -> bool:
    """Begin to undo an import by a job; returns False while its source is in another change."""
    return begin_undo(get_undoable(import_id), job_id=job_id)


def _is_own(change: Change, csv_import: CsvImport) -> bool:
    return change.is_undo and change.csv_import_id == csv_import.id


def _request_undo(csv_import: CsvImport) -> JobStarted:
    """Let a job undo an import, or what is left of that."""
    with atomic("integrations"):
        own = Change.objects.filter(csv_import=csv_import, is_undo=True)
        job_id = own.values_list("job_id", flat=True).first()
        if job_id is None:
            job_id = request_job(UndoImport(import_id=csv_import.id), key=str(csv_import.id))
            own.update(job_id=job_id)
    return JobStarted(job_id=job_id)
