"""A run from its beginning to its end, whatever the platform does meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.utils import timezone

from apps.integrations.accounts.operations import refresh_accounts
from apps.integrations.accounts.queries import list_chosen, to_account
from apps.integrations.calling.operations import ledger
from apps.integrations.calling.operations.asking import ConnectionApi
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.connections.models import Connection
from apps.integrations.contract import SyncCompleted, SyncFailed
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    MalformedError,
    PlatformError,
    RequestRefusedError,
    ThrottledError,
    TooMuchError,
    VersionEndedError,
)
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import MetricRow, OrderRow, Row, Slice, TouchRow
from apps.integrations.platforms.specs import PlatformSpec, Role
from apps.integrations.syncing import queries
from apps.integrations.syncing.models import SyncRun, SyncSlice
from apps.integrations.syncing.operations.comparing import compare_run
from apps.integrations.syncing.operations.facts import note_facts
from apps.integrations.syncing.operations.keeping import Asked, keep_metrics
from apps.integrations.syncing.operations.ordering import keep_orders, keep_touches
from apps.integrations.syncing.operations.planning import plan_run
from apps.integrations.syncing.operations.reading import read_whole
from omnify.db import atomic
from omnify.events import publish
from omnify.jobs.steps import JobCancelledError

Report = Callable[[int, int, str], None]
#: What is wrong with a slice alone; other slices may come.
_OF_SLICES: Final = (
    AccessLostError,
    IncompleteError,
    MalformedError,
    RequestRefusedError,
    TooMuchError,
)
#: So many slices that fail one after another end a run.
_PATIENCE: Final = 5
#: Accounts are asked for again after so long.
_ACCOUNTS_AGE: Final = timedelta(days=1)
#: A run that failed is followed by the next one so soon at the latest.
_SOON: Final = timedelta(hours=1)
_A_DAY: Final = timedelta(days=1)
_LONGEST: Final = 500


def run_sync(run_id: UUID, report: Report) -> None:
    """Ask all slices of a run that wait, keep what comes, and compare the sums.

    It may be begun again after its process died, and goes on at the slice that was not kept.

    Raises:
        SyncRunNotFoundError: the run is gone with its connection.
        JobCancelledError: the run was ended meanwhile.
    """
    run = queries.get_run(run_id)
    try:
        with _ending(run):
            _begin(run)
            _read(run, open_api(run.connection, run.id), report)
    finally:
        note_facts(run, timezone.now())


def fail_run(run: SyncRun, *, code: str, words: str, request_id: str = "") -> None:
    """End a run that cannot go on, and tell of it."""
    now = timezone.now()
    with atomic("integrations"):
        ended = _end(
            run,
            SyncRun.State.FAILED,
            error_code=code,
            error_words=words[:_LONGEST],
            request_id=request_id[:200],
        )
        if ended:
            _come_again(run, code, now)
            publish(SyncFailed(**_names(run), code=code))


def _begin(run: SyncRun) -> None:
    begun = SyncRun.objects.filter(
        id=run.id, state__in=(SyncRun.State.QUEUED, SyncRun.State.RUNNING)
    )
    started_at = run.started_at or timezone.now()
    if not begun.update(state=SyncRun.State.RUNNING, started_at=started_at, resume_at=None):
        raise JobCancelledError


def _read(run: SyncRun, api: ConnectionApi, report: Report) -> None:
    try:
        _see_accounts(run.connection, api)
        plan_run(run, api.now)
        _ask_all(run, api, report)
        compare_run(run, api)
    finally:
        _count_calls(run, api)


def _count_calls(run: SyncRun, api: ConnectionApi) -> None:
    """Note the requests of this part of a run beside those of its earlier parts."""
    SyncRun.objects.filter(id=run.id).update(calls=run.calls + api.calls)


def _see_accounts(connection: Connection, api: ConnectionApi) -> None:
    """Look daily whether accounts have other names, zones or currencies."""
    oldest = list_chosen(connection).order_by("seen_at").first()
    if oldest is not None and api.now - oldest.seen_at >= _ACCOUNTS_AGE:
        refresh_accounts(connection, api)


def _ask_all(run: SyncRun, api: ConnectionApi, report: Report) -> None:
    failed_in_a_row = 0
    while (row := queries.find_next_slice(run)) is not None:
        # Ends the run where it was cancelled.
        report(run.slices.exclude(state=SyncSlice.State.WAITING).count(), run.slices.count(), "")
        try:
            _ask(run, api, row)
        except _OF_SLICES as refusal:
            _fail_slice(run, row, refusal)
            failed_in_a_row += 1
            if failed_in_a_row >= _PATIENCE:
                raise
        else:
            failed_in_a_row = 0
        _count_calls(run, api)
        note_facts(run, api.now)


def _ask(run: SyncRun, api: ConnectionApi, row: SyncSlice) -> None:
    """Read a slice and keep it."""
    adapter, connection = get_adapter(run.connection.platform), run.connection
    wanted = Slice(
        stream=row.stream,
        level=row.level,
        first=row.first_date,
        last=row.last_date,
        since=row.since,
        window=connection.window,
        measure=connection.measure,
    )
    # The answer is at least as old as this: what changes while it is read is asked again.
    asked = Asked(run, row, _level_of_sums(adapter.spec), api.now)
    for piece, rows in read_whole(adapter, api, to_account(row.account), wanted):
        _keep(asked, piece, rows)
    SyncSlice.objects.filter(id=row.id).update(state=SyncSlice.State.DONE)


def _level_of_sums(spec: PlatformSpec) -> str:
    """Return whose rows are summed; what reports again what others report is added nowhere."""
    return "" if spec.role == Role.AGGREGATOR else spec.complete_level


def _keep(asked: Asked, piece: Slice, rows: list[Row]) -> None:
    if piece.stream == "orders":
        keep_orders(asked, piece, cast("list[OrderRow]", rows))
    elif piece.stream == "touchpoints":
        keep_touches(asked, piece, cast("list[TouchRow]", rows))
    else:
        keep_metrics(asked, piece, cast("list[MetricRow]", rows))


def _fail_slice(run: SyncRun, row: SyncSlice, refusal: PlatformError) -> None:
    """Note why a slice did not come; of an account that is lost nothing more is asked."""
    slices = SyncSlice.objects.filter(run=run, state=SyncSlice.State.WAITING)
    is_lost = isinstance(refusal, AccessLostError)
    failed = slices.filter(account=row.account) if is_lost else slices.filter(id=row.id)
    failed.update(
        state=SyncSlice.State.FAILED,
        error_code=refusal.code,
        error_words=refusal.words[:_LONGEST],
        request_id=refusal.request_id[:200],
    )


@contextmanager
def _ending(run: SyncRun) -> Iterator[None]:
    """Let a run end as what happened in it says."""
    try:
        yield
    except ThrottledError as refusal:
        _end(
            run,
            SyncRun.State.WAITING,
            resume_at=refusal.until,
            error_code=refusal.code,
            error_words=refusal.words[:_LONGEST],
        )
    except PlatformError as refusal:
        fail_run(run, code=refusal.code, words=refusal.words, request_id=refusal.request_id)
    except JobCancelledError:
        _end(run, SyncRun.State.CANCELLED)
        raise
    except Exception:
        words = "It failed unexpectedly; the log tells more under the run's id."
        fail_run(run, code="sync_failed", words=words)
        raise
    else:
        _finish(run)


def _finish(run: SyncRun) -> None:
    """End a run that has asked all; it failed where a slice of it did."""
    failed = SyncSlice.objects.filter(run=run, state=SyncSlice.State.FAILED).first()
    if failed is not None:
        fail_run(
            run,
            code=failed.error_code,
            words=failed.error_words,
            request_id=failed.request_id,
        )
        return
    with atomic("integrations"):
        if _end(run, SyncRun.State.SUCCEEDED, error_code="", error_words=""):
            publish(SyncCompleted(**_names(run)))


def _end(run: SyncRun, state: SyncRun.State, **facts: Any) -> bool:
    """Write how a run ended, unless it was ended before."""
    is_over = state != SyncRun.State.WAITING
    runs = SyncRun.objects.filter(
        id=run.id, state__in=(SyncRun.State.QUEUED, SyncRun.State.RUNNING)
    )
    finished_at = timezone.now() if is_over else None
    if is_over:
        ledger.leave(run.connection_id)
    return bool(runs.update(state=state, finished_at=finished_at, **facts))


def _names(run: SyncRun) -> dict[str, UUID]:
    return {
        "organization_id": run.organization_id,
        "connection_id": run.connection_id,
        "run_id": run.id,
    }


def _come_again(run: SyncRun, code: str, now: datetime) -> None:
    """Let the next run come within the hour; after the end of a version, not before a day."""
    connections = Connection.objects.filter(id=run.connection_id, next_sync_at__isnull=False)
    if code == VersionEndedError.code:
        connections.update(next_sync_at=now + _A_DAY)
    else:
        connections.filter(next_sync_at__gt=now + _SOON).update(next_sync_at=now + _SOON)
