"""Runs of the organization, what they still have to ask, and what was asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.calling.operations.ledger import list_next
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import SyncRunNotFoundError
from apps.integrations.syncing.coverage import Coverage, Covered
from apps.integrations.syncing.models import UNDER_WAY, Cursor, SyncRun, SyncSlice
from omnify.jobs.models import Job

#: A job that ended so long ago has told its run.
_GRACE = timedelta(minutes=5)
#: What is due within this time begins while one looks.
_SOON = timedelta(minutes=1)
#: How many connections begin to sync at one look.
BATCH = 500


def list_runs(connection_id: UUID | None = None) -> QuerySet[SyncRun]:
    """Return runs with the numbers of their slices, newest first."""
    runs = SyncRun.objects.select_related("connection")
    if connection_id is not None:
        runs = runs.filter(connection_id=connection_id)
    # Grouped rows have no order of their own.
    return runs.order_by("-id").annotate(
        slices_total=Count("slices"),
        slices_done=Count("slices", filter=Q(slices__state=SyncSlice.State.DONE)),
        slices_failed=Count("slices", filter=Q(slices__state=SyncSlice.State.FAILED)),
    )


def get_run(run_id: UUID) -> SyncRun:
    """Return a run of the organization.

    Raises:
        SyncRunNotFoundError: there is none with this id.
    """
    run = list_runs().filter(id=run_id).first()
    if run is None:
        raise SyncRunNotFoundError(run_id=run_id)
    return run


def find_run_under_way(connection: Connection) -> SyncRun | None:
    """Return the run of a connection that has not ended, None if there is none."""
    return list_runs(connection.id).filter(state__in=UNDER_WAY).first()


def is_any_read() -> bool:
    """Return whether something is read for the organization just now, or waits for a worker."""
    reading = (SyncRun.State.QUEUED, SyncRun.State.RUNNING)
    return SyncRun.objects.filter(state__in=reading).exists()


def is_due_soon(connection: Connection, now: datetime) -> bool:
    """Return whether the next run of a connection begins while one looks at its page."""
    next_at = connection.next_sync_at
    return next_at is not None and next_at <= now + _SOON


def find_next_slice(run: SyncRun) -> SyncSlice | None:
    """Return what a run asks next, None when it has asked all."""
    waiting = SyncSlice.objects.filter(run=run, state=SyncSlice.State.WAITING)
    return waiting.select_related("account").order_by("position").first()


def list_slices(run: SyncRun) -> QuerySet[SyncSlice]:
    """Return what a run asks, what failed first, then in the order of asking."""
    failed = Q(state=SyncSlice.State.FAILED)
    slices = SyncSlice.objects.filter(run=run).select_related("account")
    return slices.order_by(Case(When(failed, then=0), default=1), "position")


def find_last_run(connection: Connection) -> SyncRun | None:
    """Return the newest run of a connection, None if there is none."""
    return list_runs(connection.id).first()


def find_coverage(cursor: Cursor | None) -> Coverage:
    """Return which days were asked of a stream."""
    return Coverage(msgspec.convert(cursor.ranges, list[Covered]) if cursor else ())


def find_cursor(account: PlatformAccount, stream: str, level: str) -> Cursor | None:
    """Return what was asked of a stream and level, None if nothing was."""
    return Cursor.objects.filter(account=account, stream=stream, level=level).first()


def list_uncompared(account: PlatformAccount) -> QuerySet[SyncSlice]:
    """Return what was read of an account and not compared, by runs that were ended before too."""
    done = SyncSlice.objects.filter(account=account, state=SyncSlice.State.DONE)
    return done.filter(is_compared=False)


def list_due(now: datetime) -> QuerySet[Connection]:
    """Return connections, of all organizations, whose time to sync has come."""
    return Connection.unscoped.filter(
        next_sync_at__lte=now,
        paused_at__isnull=True,
        disconnected_at__isnull=True,
        credential__ended_at__isnull=True,
        credential__isnull=False,
    ).order_by("next_sync_at")


def list_resumable(now: datetime) -> QuerySet[SyncRun]:
    """Return runs, of all organizations, whose quota is there again or whose turn has come."""
    is_next = Q(connection_id__in=list_next(now))
    runs = SyncRun.unscoped.filter(Q(resume_at__lte=now) | is_next, state=SyncRun.State.WAITING)
    return runs.filter(connection__paused_at__isnull=True).order_by("resume_at")


def list_left(now: datetime) -> QuerySet[SyncRun]:
    """Return runs, of all organizations, that say that they run and may have no job any more."""
    states = (SyncRun.State.QUEUED, SyncRun.State.RUNNING)
    over = Job.objects.filter(finished_at__lt=now - _GRACE, id=OuterRef("job_id"))
    return SyncRun.unscoped.filter(Exists(over), state__in=states)
