"""DBOS, the engine: jobs are handed to it, and it runs each to its end.

All code that knows DBOS is here. DBOS keeps which job is next and which worker has it; what a job
is and what it has done is in our own tables, beside its effects.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from omnify.conf import settings
from omnify.jobs.definitions import Definition, definitions_of, find_definition
from omnify.jobs.execution import fail, run_job, run_workflow
from omnify.jobs.models import Job

log = structlog.get_logger(__name__)

_NAME = "omnify"
# Jobs are resumed by our own marks, not by replaying DBOS's steps: versions need not match.
_VERSION = "1"
#: How often a job whose process dies is begun again.
_MAX_RECOVERIES = 5
_LOST = ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED", "ERROR")
_NO_QUEUE = "omnify.none"
_FORGOTTEN_AT_ONCE = 500


def migrate_engine() -> None:
    """Make or update the engine's own tables."""
    if settings.JOBS_DATABASE_URL:
        _quieten()
        DBOS.migrate(settings.JOBS_DATABASE_URL)


class Engine:
    """DBOS in this process, working on the queues of some services."""

    def __init__(self, name: str, services: Iterable[str], *, polling_seconds: float) -> None:
        self.name = name
        self._polling_seconds = polling_seconds
        self.services = tuple(services)
        self._definitions = [
            definition for service in self.services for definition in definitions_of(service)
        ]

    def start(self) -> None:
        """Launch the engine; it resumes what a former process of this name left unfinished."""
        try:
            self._launch()
        except Exception:
            DBOS.destroy(destroy_registry=True)
            raise

    def _launch(self) -> None:
        _quieten()
        DBOS(config=self._config())
        queues = {definition.queue for definition in self._definitions}
        DBOS.listen_queues(sorted(queues) or [_NO_QUEUE])
        DBOS.workflow(name="omnify.job", max_recovery_attempts=_MAX_RECOVERIES)(run_job)
        DBOS.workflow(name="omnify.workflow", max_recovery_attempts=_MAX_RECOVERIES)(_run_workflow)
        DBOS.workflow(name="omnify.schedule")(_ignore)
        DBOS.launch()
        for definition in self._definitions:
            self._register_queue(definition)
        self._forget_schedules()

    def _config(self) -> DBOSConfig:
        return {
            "name": _NAME,
            "system_database_url": settings.JOBS_DATABASE_URL,
            "sys_db_pool_size": settings.JOBS_CONCURRENCY + 2,
            "application_version": _VERSION,
            "executor_id": self.name,
            "serializer": DBOSPortableJSONSerializer(),
            "max_executor_threads": settings.JOBS_CONCURRENCY,
            "notification_coalesce_sec": 0.5,
            "run_migrations": False,
            "log_level": "WARNING",
        }

    def _register_queue(self, definition: Definition) -> None:
        limits = definition.limits
        rate = None
        if limits is not None and limits.starts is not None:
            rate = {"limit": limits.starts, "period": limits.period_seconds}
        # A waiting workflow holds no thread, so it is not counted against working threads.
        workers = None if definition.is_workflow else settings.JOBS_CONCURRENCY
        everywhere = limits.concurrency if limits else None
        DBOS.register_queue(
            definition.queue,
            worker_concurrency=min(workers, everywhere) if workers and everywhere else workers,
            global_concurrency=everywhere,
            limiter=rate,  # type: ignore[arg-type]
            polling_interval_sec=self._polling_seconds,
            on_conflict="always_update",
        )

    def _forget_schedules(self) -> None:
        """Delete what former versions had the engine schedule: schedules are rows of ours."""
        for known in DBOS.list_schedules():
            if known["schedule_name"].partition(".")[0] in self.services:
                DBOS.delete_schedule(known["schedule_name"])

    def stop(self, *, grace_seconds: int) -> None:
        """Begin no more jobs, and let the running ones end for a while."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=grace_seconds)

    def hand_over(self, row: Job) -> None:
        """Give a job to the engine; doing so twice is harmless."""
        definition = find_definition(row.kind)
        if definition is None:
            fail(row, "This version has no such job.")
            return
        DBOS.enqueue_workflow_with_options(
            {
                "workflow_name": "omnify.workflow" if definition.is_workflow else "omnify.job",
                "queue_name": definition.queue,
                "workflow_id": row.workflow_id,
                "priority": max(1, row.priority),
            },
            row.service,
            str(row.id),
        )

    def tell(self, row: Job, signal_id: UUID, topic: str, value: Any) -> None:
        """Give a signal to a job; doing so twice is harmless."""
        message = {"id": str(signal_id), "value": value}
        DBOS.send(row.workflow_id, message, topic, idempotency_key=str(signal_id))

    def cancel(self, row: Job) -> None:
        """Stop a job that waits."""
        DBOS.cancel_workflow(row.workflow_id)

    def recover(self, worker: str) -> int:
        """Put the jobs of a dead worker back into their queues; returns their number."""
        return len(DBOS._recover_pending_workflows([worker]))  # noqa: SLF001 - pinned, and tested

    def forget_ended(self, before: datetime) -> int:
        """Delete the engine's records of some runs that ended before; returns their number."""
        ended = DBOS.list_workflows(
            status=[*_LOST, "SUCCESS"],
            completed_before=before.isoformat(),
            limit=_FORGOTTEN_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        DBOS.delete_workflows([run.workflow_id for run in ended])
        return len(ended)

    def find_lost(self, workflow_ids: list[str]) -> list[str]:
        """Return the runs, of those given, that the engine has given up."""
        return [
            run.workflow_id
            for run in DBOS.list_workflows(workflow_ids=workflow_ids, status=list(_LOST))
        ]


async def _run_workflow(service: str, job_id: str) -> None:
    await run_workflow(service, job_id, _EngineWaiting())


def _ignore(scheduled_at: datetime, kind: str) -> None:
    """Do nothing for a time that a former version's schedule left in a queue."""
    log.info("jobs_old_schedule_ignored", kind=kind, at=str(scheduled_at))


class _EngineWaiting:
    """Waits by DBOS, which remembers since when, also across restarts."""

    async def sleep(self, seconds: float) -> None:
        await DBOS.sleep_async(seconds)

    async def receive(self, topic: str, timeout_seconds: float) -> dict[str, Any] | None:
        told: dict[str, Any] | None = await DBOS.recv_async(topic, timeout_seconds)
        return told


def _quieten() -> None:
    """Make the engine log through our logging; it adds a handler where it finds none."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
    logger.setLevel(logging.WARNING)
