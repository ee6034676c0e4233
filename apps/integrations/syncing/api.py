"""Syncs over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

import msgspec

from apps.integrations.connections.api import to_message as to_connection
from apps.integrations.connections.messages import Connection
from apps.integrations.contract import ProbeResult
from apps.integrations.exceptions import SyncRangeError
from apps.integrations.syncing import models, queries
from apps.integrations.syncing.messages import (
    Field,
    Freshness,
    Reconciliation,
    ReconciliationFilter,
    RowCounts,
    RunsFilter,
    SliceCounts,
    SyncError,
    SyncInput,
    SyncNotice,
    SyncPlan,
    SyncRun,
)
from apps.integrations.syncing.operations import pausing, planning, starting
from apps.integrations.syncing.operations.probing import probe_connection
from apps.integrations.syncing.queries import telling
from omnify.api.pagination import Page, Results
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class StartSyncView(ServiceView):
    """Syncs of a connection."""

    grants_on: ClassVar = ("integration", "connection_id")

    @route(
        "integration:connect",
        summary="Sync a connection now",
        description="While a run is under way, the answer is that run. With days these are read"
        " again; what the platform keeps no more stays as it is. `dry_run` only tells what would"
        " be asked, with 200.",
        answers={202: SyncRun, 200: SyncPlan},
    )
    def post(self, wanted: SyncInput, connection_id: UUID) -> Answer:
        if wanted.from_date and wanted.to_date and wanted.from_date > wanted.to_date:
            raise SyncRangeError(first=wanted.from_date, last=wanted.to_date)
        if wanted.dry_run:
            found = planning.plan(starting.check_sync(connection_id), wanted, self.now)
            return Answer(200, _to_plan(found))
        run = starting.start_sync(connection_id, wanted, self.now)
        return Answer(202, _to_run(run), {"Location": f"/api/integrations/sync-runs/{run.id}"})


class PauseConnectionView(ServiceView):
    """Pauses of a connection."""

    grants_on: ClassVar = ("integration", "connection_id")

    @route("integration:connect", summary="Pause a connection: it brings nothing until resumed")
    def post(self, connection_id: UUID) -> Connection:
        return to_connection(pausing.pause_connection(connection_id, self.now))


class ResumeConnectionView(ServiceView):
    """Ends of pauses."""

    grants_on: ClassVar = ("integration", "connection_id")

    @route("integration:connect", summary="Resume a paused connection, which syncs soon")
    def post(self, connection_id: UUID) -> Connection:
        return to_connection(pausing.resume_connection(connection_id, self.now))


class ProbeView(ServiceView):
    """Questions whether a platform answers."""

    grants_on: ClassVar = ("integration", "connection_id")
    #: The platform is asked, which takes its time, and nothing is changed.
    keeps_answers: ClassVar = False

    @route(
        "integration:connect",
        summary="Ask a connection's platform whether it answers",
        description="What the platform refuses is part of the answer, with the platform's own name"
        " of the exchange.",
    )
    def post(self, connection_id: UUID) -> ProbeResult:
        return probe_connection(connection_id)


class FreshnessView(ServiceView):
    """How fresh a connection is."""

    grants_on: ClassVar = ("integration", "connection_id")

    @route("integration:view", summary="Get how fresh a connection is")
    def get(self, connection_id: UUID) -> Freshness:
        return telling.tell_freshness(connection_id, self.now)


class FieldListView(ServiceView):
    """What a connection's platform gives."""

    grants_on: ClassVar = ("integration", "connection_id")

    @route("integration:view", summary="List which measures come at which level, and why not")
    def get(self, connection_id: UUID) -> Results[Field]:
        return Results[Field](results=telling.tell_fields(connection_id, self.now))


class ReconciliationView(ServiceView):
    """Our sums beside the platform's own."""

    grants_on: ClassVar = ("integration", "connection_id")

    @route(
        "integration:view",
        summary="Compare our sums with the platform's own, per day",
        description="As the platform gave them after the runs that read these days; without"
        " tolerance, under the same attribution.",
    )
    def get(self, query: ReconciliationFilter, connection_id: UUID) -> Reconciliation:
        return telling.reconcile(connection_id, query, self.now)


class SyncRunListView(ServiceView):
    """Runs of the organization."""

    @route("integration:view", summary="List sync runs")
    def get(self, query: RunsFilter) -> Page[SyncRun]:
        return self.page(queries.list_runs(query.connection_id), SyncRun, convert=_to_run)


class SyncRunView(ServiceView):
    """One run."""

    @route("integration:view", summary="Get a sync run")
    def get(self, run_id: UUID) -> SyncRun:
        return _to_run(queries.get_run(run_id))


class CancelRunView(ServiceView):
    """Ends of runs."""

    @route(
        "integration:connect",
        summary="Cancel a sync run",
        description="What it has kept stays; days that it did not read are read by the next one.",
    )
    def post(self, run_id: UUID) -> SyncRun:
        return _to_run(starting.cancel_run(run_id))


class RetryRunView(ServiceView):
    """Repetitions of runs."""

    @route(
        "integration:connect", summary="Ask again what a run could not get", answers={202: SyncRun}
    )
    def post(self, run_id: UUID) -> Answer:
        return Answer(202, _to_run(starting.retry_run(run_id)))


def _to_plan(slices: list[models.SyncSlice]) -> SyncPlan:
    return SyncPlan(
        slices=len(slices),
        from_date=min((each.first_date for each in slices), default=None),
        to_date=max((each.last_date for each in slices), default=None),
    )


def _to_run(row: models.SyncRun) -> SyncRun:
    counts: dict[str, int] = vars(row)
    error = SyncError(code=row.error_code, message=row.error_words, request_id=row.request_id)
    return as_message(
        SyncRun,
        row,
        slices=SliceCounts(
            done=counts["slices_done"],
            total=counts["slices_total"],
            failed=counts["slices_failed"],
        ),
        rows=RowCounts(
            new=row.rows_new,
            changed=row.rows_changed,
            unchanged=row.rows_unchanged,
            removed=row.rows_removed,
        ),
        error=error if row.error_code else None,
        notices=msgspec.convert(row.notices, tuple[SyncNotice, ...]),
    )
