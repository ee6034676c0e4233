"""What a service does with its jobs: request, cancel, retry, signal; the engine is not needed."""

from __future__ import annotations

from typing import NoReturn
from uuid import UUID

import msgspec
from django.db import connections, transaction
from django.utils import timezone

from omnify.context import current
from omnify.db import alias_of
from omnify.events.messages import encode_origin
from omnify.jobs.messages import JobInput, JobNotFoundError, JobStateError
from omnify.jobs.models import Job, Signal

#: The largest input, in bytes; give a job an id, not the thing itself.
MAX_INPUT_BYTES = 256 * 1024
JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
_ACTIVE = (Job.State.QUEUED, Job.State.RUNNING)


class JobRequestError(RuntimeError):
    """A job was requested in a way that cannot work: the calling code is wrong."""


def request_job(job_input: JobInput, *, key: str = "", priority: int = 100) -> UUID:
    """Request a job of the caller's own service, inside the transaction that needs it.

    Nothing runs before the commit, and nothing is lost after it.

    Args:
        job_input: what the job is to do.
        key: while a job of this kind and key waits to start, no other is made; one that has
            started may have missed what changed since.
        priority: 1 to 32767; lower goes first.

    Returns:
        The id of the job, or of the one that has the key.

    Raises:
        JobRequestError: there is no transaction, or the input exceeds ``MAX_INPUT_BYTES``.
    """
    alias = alias_of(job_input.owning_service())
    row = _build_row(job_input, alias, key=key, priority=priority)
    Job.objects.using(alias).bulk_create([row], ignore_conflicts=True)
    if not key:
        return row.id
    holders = Job.objects.using(alias).filter(kind=row.kind, key=key, state=Job.State.QUEUED)
    # The holder may have started in between: then no job waits, and another is requested.
    holder = holders.filter(started_at=None).first()
    return holder.id if holder else request_job(job_input, key=key, priority=priority)


def _build_row(job_input: JobInput, alias: str, *, key: str, priority: int) -> Job:
    service, context = job_input.owning_service(), current()
    if not connections[alias].in_atomic_block:
        raise JobRequestError(f"{job_input.kind}: request it inside atomic('{service}')")
    return Job(
        organization_id=context.organization_id,
        service=service,
        kind=job_input.kind,
        key=key,
        priority=priority,
        input=encode_input(job_input),
        origin=encode_origin(context),
    )


def encode_input(job_input: JobInput) -> bytes:
    """Return a job's input as its row keeps it.

    Raises:
        JobRequestError: it exceeds ``MAX_INPUT_BYTES``.
    """
    encoded = msgspec.json.encode(job_input)
    if len(encoded) > MAX_INPUT_BYTES:
        raise JobRequestError(f"{job_input.kind}: {len(encoded)} bytes, at most {MAX_INPUT_BYTES}")
    return encoded


def cancel_job(service: str, job_id: UUID) -> None:
    """Cancel a job of any organization: no further step of it commits.

    Raises:
        JobNotFoundError: there is no such job.
        JobStateError: the job has ended.
    """
    alias = alias_of(service)
    changed = Job.objects.using(alias).filter(id=job_id, state__in=_ACTIVE)
    if not changed.update(state=Job.State.CANCELLED, finished_at=timezone.now(), stop_asked=True):
        _refuse(alias, job_id, "only one that waits or runs can be cancelled.")


def retry_job(service: str, job_id: UUID) -> None:
    """Run a failed or cancelled job again, from the first step that was not done.

    Raises:
        JobNotFoundError: there is no such job.
        JobStateError: the job has not failed.
    """
    alias = alias_of(service)
    with transaction.atomic(using=alias):
        row = Job.objects.using(alias).select_for_update().filter(id=job_id).first()
        if row is None or row.state not in (Job.State.FAILED, Job.State.CANCELLED):
            _refuse(alias, job_id, "only one that failed or was cancelled can be retried.")
        row.run += 1
        row.state, row.error, row.handed_at, row.finished_at = Job.State.QUEUED, "", None, None
        row.stop_asked = False
        row.started_at = row.result = None
        row.key = ""  # A later job may have the key by now.
        row.save(using=alias)
        # Signals that were not taken go to the new run.
        Signal.objects.using(alias).filter(job=row, taken_at=None).update(handed_at=None)


def signal_job(service: str, job_id: UUID, topic: str, value: JsonValue) -> None:
    """Send a job what it waits for or will wait for, in the caller's transaction.

    Raises:
        JobNotFoundError: there is no such job.
        JobStateError: the job has ended.
    """
    alias = alias_of(service)
    if not Job.objects.using(alias).filter(id=job_id, state__in=_ACTIVE).exists():
        _refuse(alias, job_id, "only one that waits or runs can be signalled.")
    Signal.objects.using(alias).create(job_id=job_id, topic=topic, value=msgspec.json.encode(value))


def _refuse(alias: str, job_id: UUID, rule: str) -> NoReturn:
    states = Job.objects.using(alias).filter(id=job_id).values_list("state", flat=True)
    state = states.first()
    if state is None:
        raise JobNotFoundError(job_id=job_id)
    raise JobStateError(job_id=job_id, state=state, rule=rule)
