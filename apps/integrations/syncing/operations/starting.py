"""Beginning, ending and repeating runs; beginning those whose time has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from apps.integrations.accounts.queries import list_chosen
from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import get_connection
from apps.integrations.exceptions import (
    ConnectionPausedError,
    NothingToSyncError,
    SyncRangeError,
    SyncRunStateError,
)
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.syncing import queries
from apps.integrations.syncing.messages import SyncInput, SyncPlan
from apps.integrations.syncing.models import UNDER_WAY, SyncRun, SyncSlice
from apps.integrations.syncing.operations.planning import plan
from apps.integrations.syncing.operations.running import fail_run
from omnify.context import Context, current, use
from omnify.db import atomic
from omnify.jobs import JobInput
from omnify.jobs.messages import JobNotFoundError, JobStateError
from omnify.jobs.operations import cancel_job, request_job


class SyncConnection(JobInput):
    """Read what a run is to read."""

    kind = "integrations.sync_connection"

    run_id: UUID


class StartDueSyncs(JobInput):
    """Begin the runs of connections whose time has come."""

    kind = "integrations.start_due_syncs"


def start_sync(connection_id: UUID, wanted: SyncInput, now: datetime) -> SyncRun:
    """Begin a run of a connection, or return the one that is under way.

    Raises:
        SyncRangeError: the last day that is wanted is before the first.
        ConnectionNotFoundError: the organization has no connection with this id.
        ConnectionPausedError: it is paused, or disconnected.
        NothingToSyncError: it has no platform, or no account is chosen.
    """
    _refuse_range(wanted)
    with atomic("integrations"):
        connection = _check_sync(connection_id)
        Connection.objects.select_for_update().get(id=connection_id)
        run = queries.find_run_under_way(connection)
        if run is None:
            run = SyncRun(connection=connection, wanted=msgspec.to_builtins(wanted))
            run.requested_by = current().principal.user_id
            run.save()
            _request(run)
            connection.next_sync_at = now + interval_of(connection)
            connection.save(update_fields=["next_sync_at"])
    return queries.get_run(run.id)


def foresee_sync(connection_id: UUID, wanted: SyncInput, now: datetime) -> SyncPlan:
    """Return what a run of a connection would ask; raises as ``start_sync`` does."""
    _refuse_range(wanted)
    slices = plan(_check_sync(connection_id), wanted, now)
    return SyncPlan(
        slices=len(slices),
        from_date=min((each.first_date for each in slices), default=None),
        to_date=max((each.last_date for each in slices), default=None),
    )


def interval_of(connection: Connection) -> timedelta:
    """Return how often a connection is asked."""
    usual = get_adapter(connection.platform).spec.interval_minutes
    return timedelta(minutes=connection.interval_minutes or usual)


def cancel_run(run_id: UUID) -> SyncRun:
    """End a run; what it kept stays, and nothing more of it comes.

    Raises:
        SyncRunNotFoundError: the organization has no such run.
        SyncRunStateError: it has ended.
    """
    run = queries.get_run(run_id)
    with atomic("integrations"):
        runs = SyncRun.objects.filter(id=run_id, state__in=UNDER_WAY)
        if not runs.update(state=SyncRun.State.CANCELLED):
            raise SyncRunStateError(state=run.state, rule="only one under way can be cancelled")
    if run.job_id is not None:
        _cancel_job(run.job_id)
    return queries.get_run(run_id)


def retry_run(run_id: UUID) -> SyncRun:
    """Ask again what a run could not get.

    Raises:
        SyncRunNotFoundError: the organization has no such run.
        SyncRunStateError: it has not failed, or another one is under way.
    """
    run = queries.get_run(run_id)
    with atomic("integrations"):
        _check_sync(run.connection_id)
        Connection.objects.select_for_update().get(id=run.connection_id)
        if run.state not in (SyncRun.State.FAILED, SyncRun.State.CANCELLED):
            raise SyncRunStateError(state=run.state, rule="only an ended one can be retried")
        if queries.find_run_under_way(run.connection) is not None:
            raise SyncRunStateError(state=run.state, rule="another run is under way")
        failed = SyncSlice.objects.filter(run=run, state=SyncSlice.State.FAILED)
        failed.update(state=SyncSlice.State.WAITING, error_code="", error_words="", request_id="")
        run.finished_at, run.error_code, run.error_words, run.request_id = None, "", "", ""
        run.save(update_fields=["finished_at", "error_code", "error_words", "request_id"])
        _request(run)
    return queries.get_run(run_id)


def has_due(now: datetime) -> bool:
    """Tell whether a look would begin, resume or end any run."""
    return (
        queries.list_due(now).exists()
        or queries.list_resumable(now).exists()
        or queries.list_left(now).exists()
    )


def start_due(now: datetime) -> int:
    """Begin and resume what is due, of all organizations; return how many runs.

    A run whose job ended without ending it has failed.
    """
    for run in queries.list_left(now)[: queries.BATCH]:
        with use(Context(organization_id=run.organization_id)):
            fail_run(run, code="sync_failed", words="Its job ended before it did.")
    begun = 0
    for run in queries.list_resumable(now)[: queries.BATCH]:
        with use(Context(organization_id=run.organization_id)), atomic("integrations"):
            _request(run)
            begun += 1
    for connection in queries.list_due(now)[: queries.BATCH]:
        with use(Context(organization_id=connection.organization_id)):
            begun += _start_one(connection, now)
    return begun


def start_if_due(connection: Connection, now: datetime) -> None:
    """Begin the run of a connection whose time has come, without waiting for the next look."""
    for due in queries.list_due(now).filter(id=connection.id):
        _start_one(due, now)


def _refuse_range(wanted: SyncInput) -> None:
    if wanted.from_date and wanted.to_date and wanted.from_date > wanted.to_date:
        raise SyncRangeError(first=wanted.from_date, last=wanted.to_date)


def _check_sync(connection_id: UUID) -> Connection:
    """Return a connection that can sync; raises as ``start_sync`` does."""
    connection = get_connection(connection_id)
    if connection.disconnected_at or connection.paused_at:
        raise ConnectionPausedError(
            name=connection.name, state="paused" if connection.paused_at else "disconnected"
        )
    if not hasattr(connection, "credential") or not list_chosen(connection).exists():
        raise NothingToSyncError(name=connection.name)
    return connection


def _start_one(connection: Connection, now: datetime) -> bool:
    try:
        start_sync(connection.id, SyncInput(), now)
    except NothingToSyncError:
        Connection.objects.filter(id=connection.id).update(next_sync_at=None)
        return False
    return True


def _request(run: SyncRun) -> None:
    """Request the job of a run, in the caller's transaction."""
    run.state, run.resume_at = SyncRun.State.QUEUED, None
    run.job_id = request_job(SyncConnection(run_id=run.id))
    run.save(update_fields=["state", "resume_at", "job_id"])


def _cancel_job(job_id: UUID) -> None:
    try:
        cancel_job("integrations", job_id)
    except (JobNotFoundError, JobStateError):
        # It has ended by itself.
        return
