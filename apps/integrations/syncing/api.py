"""Syncs over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from apps.integrations.connections import api as connections
from apps.integrations.connections.messages import Connection
from apps.integrations.contract import ProbeResult
from apps.integrations.syncing import messages, models, queries
from apps.integrations.syncing.messages import SyncRun
from apps.integrations.syncing.operations import pausing, starting
from apps.integrations.syncing.operations.probing import probe_connection
from apps.integrations.syncing.queries import telling
from omnify.api.pagination import Page, Results
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class StartSyncView(connections.OfConnectionView):
    @route(
        "integration:connect",
        summary="Sync a connection now",
        description="While a run is under way, the answer is that run. With days these are read"
        " again; what the platform keeps no more stays as it is. `dry_run` only tells what would"
        " be asked, with 200.",
        answers={202: SyncRun, 200: messages.SyncPlan},
    )
    def post(self, wanted: messages.SyncInput, connection_id: UUID) -> Answer:
        if wanted.dry_run:
            return Answer(200, starting.foresee_sync(connection_id, wanted, self.now))
        run = starting.start_sync(connection_id, wanted, self.now)
        return Answer(202, _to_run(run), {"Location": f"/api/integrations/sync-runs/{run.id}"})


class PauseConnectionView(connections.OfConnectionView):
    @route("integration:connect", summary="Pause a connection: it brings nothing until resumed")
    def post(self, connection_id: UUID) -> Connection:
        return connections.to_message(pausing.pause_connection(connection_id, self.now))


class ResumeConnectionView(connections.OfConnectionView):
    @route("integration:connect", summary="Resume a paused connection, which syncs soon")
    def post(self, connection_id: UUID) -> Connection:
        return connections.to_message(pausing.resume_connection(connection_id, self.now))


class ProbeView(connections.OfConnectionView):
    #: The platform is asked, which takes its time, and nothing is changed.
    keeps_answers: ClassVar = False

    @route(
        "integration:connect",
        summary="Ask a connection's platform whether it answers",
        description="What it refuses is part of the answer, with its own name of the exchange.",
    )
    def post(self, connection_id: UUID) -> ProbeResult:
        return probe_connection(connection_id)


class FreshnessView(connections.OfConnectionView):
    @route("integration:view", summary="Get how fresh a connection is")
    def get(self, connection_id: UUID) -> messages.Freshness:
        return telling.tell_freshness(connection_id, self.now)


class FieldListView(connections.OfConnectionView):
    @route("integration:view", summary="List which measures come at which level, and why not")
    def get(self, connection_id: UUID) -> Results[messages.Field]:
        return Results[messages.Field](results=telling.tell_fields(connection_id, self.now))


class ReconciliationView(connections.OfConnectionView):
    @route(
        "integration:view",
        summary="Compare our sums with the platform's own, per day",
        description="Of the last 28 days by default, as the platform gave them after the runs that"
        " read these days; without tolerance, under the same attribution.",
    )
    def get(self, query: messages.Period, connection_id: UUID) -> messages.Reconciliation:
        return telling.reconcile(connection_id, query, self.now)


class SyncRunListView(ServiceView):
    @route("integration:view", summary="List sync runs")
    def get(self, query: messages.RunsFilter) -> Page[SyncRun]:
        return self.page(queries.list_runs(query.connection_id), SyncRun, convert=_to_run)


class SyncRunView(ServiceView):
    @route("integration:view", summary="Get a sync run")
    def get(self, run_id: UUID) -> SyncRun:
        return _to_run(queries.get_run(run_id))


class CancelRunView(ServiceView):
    @route("integration:connect", summary="Cancel a sync run; the next one reads what is left")
    def post(self, run_id: UUID) -> SyncRun:
        return _to_run(starting.cancel_run(run_id))


class RetryRunView(ServiceView):
    @route("integration:connect", summary="Ask again what a run could not get", status=202)
    def post(self, run_id: UUID) -> SyncRun:
        return _to_run(starting.retry_run(run_id))


def _to_run(row: models.SyncRun) -> SyncRun:
    return as_message(SyncRun, row, slices=row, rows=row, error=row if row.error_code else None)
