"""The jobs that read platforms, and that begin to when it is time."""

from __future__ import annotations

from django.utils import timezone

from apps.integrations.syncing.operations.running import run_sync
from apps.integrations.syncing.operations.starting import (
    StartDueSyncs,
    SyncConnection,
    has_due,
    start_due,
)
from omnify.jobs import Cron, job
from omnify.jobs.runs import Run


@job(SyncConnection)
def sync_connection(run: Run, job_input: SyncConnection) -> None:
    """Read what is due of a connection, slice by slice."""
    run_sync(job_input.run_id, run.progress)


@job(StartDueSyncs, schedule=Cron("* * * * *"), only_if=has_due)
def start_due_syncs(run: Run, _job_input: StartDueSyncs) -> int:
    """Begin the runs that are due, each minute in which there are any."""
    return run.call(start_due, timezone.now())
