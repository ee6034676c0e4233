"""Run a job to its end; the engine decides when, and is not needed here."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import structlog
from django.db import close_old_connections
from django.utils import timezone

from omnify.context import use
from omnify.db import alias_of
from omnify.events.messages import decode_origin
from omnify.exceptions import OmnifyError
from omnify.jobs.definitions import Definition, find_definition
from omnify.jobs.models import Job
from omnify.jobs.refusals import keep_refusal
from omnify.jobs.runs import Run, Waiting, WorkflowRun
from omnify.jobs.steps import JobCancelledError, JobTimedOutError, StepOrderError, Steps

log = structlog.get_logger(__name__)


def run_job(service: str, job_id: str) -> None:
    """Run a job's function to its end, and note how it ended."""
    started = _closing(_start, service, job_id)
    if started is None:
        return
    row, definition, steps = started
    try:
        with use(decode_origin(bytes(row.origin)).to_context()):
            result = definition.function(Run(steps), _input_of(row, definition))
        _succeed(row, result)
    except Exception as error:  # noqa: BLE001 - any failure of a job is noted on its row
        _note(row, error)
    finally:
        close_old_connections()


async def run_workflow(service: str, job_id: str, waiting: Waiting) -> None:
    """Run a workflow's coroutine to its end, and note how it ended."""
    started = await asyncio.to_thread(_closing, _start, service, job_id)
    if started is None:
        return
    row, definition, steps = started
    try:
        with use(decode_origin(bytes(row.origin)).to_context()):
            run = WorkflowRun(steps, waiting)
            result = await definition.function(run, _input_of(row, definition))
        await asyncio.to_thread(_closing, _succeed, row, result)
    except Exception as error:  # noqa: BLE001 - as above
        await asyncio.to_thread(_closing, _note, row, error)


def _start(service: str, job_id: str) -> tuple[Job, Definition, Steps] | None:
    """Mark a job as running; None when there is nothing to run."""
    rows = Job.objects.using(alias_of(service)).filter(id=job_id)
    active = rows.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if not active.update(state=Job.State.RUNNING):
        return None
    rows.filter(started_at=None).update(started_at=timezone.now())
    row = rows.get()
    definition = find_definition(row.kind)
    if definition is None:
        fail(row, "This version has no such job.")
        return None
    return row, definition, Steps(row, definition, decode_origin(bytes(row.origin)).to_context())


def _input_of(row: Job, definition: Definition) -> Any:
    return msgspec.json.decode(bytes(row.input), type=definition.input)


def _succeed(row: Job, result: Any) -> None:
    rows = Job.objects.using(alias_of(row.service)).filter(id=row.id, state=Job.State.RUNNING)
    rows.update(
        state=Job.State.SUCCEEDED,
        finished_at=timezone.now(),
        result=None if result is None else msgspec.json.encode(result),
    )


def _note(row: Job, error: Exception) -> None:
    if isinstance(error, JobCancelledError):
        return
    if isinstance(error, OmnifyError):
        fail(row, str(error), refusal=keep_refusal(error))
        return
    if isinstance(error, JobTimedOutError | StepOrderError):
        fail(row, str(error))
        return
    log.error("job_failed", kind=row.kind, job_id=str(row.id), exc_info=error)
    fail(row, "It failed unexpectedly; the log tells more under the job's id.")


def fail(row: Job, reason: str, *, refusal: bytes | None = None) -> None:
    """End a job that cannot continue, and say why; a refusal becomes its result."""
    rows = Job.objects.using(alias_of(row.service)).filter(
        id=row.id, state__in=(Job.State.QUEUED, Job.State.RUNNING)
    )
    rows.update(
        state=Job.State.FAILED, finished_at=timezone.now(), error=reason[:500], result=refusal
    )
    log.warning("job_gave_up", kind=row.kind, job_id=str(row.id), reason=reason)


def _closing(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    finally:
        close_old_connections()
