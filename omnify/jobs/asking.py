"""Ask a question that a worker answers: a request waits for its job, for a while."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any, Final, NamedTuple
from uuid import UUID

from omnify.api.heavy import TooMuchAtOnceError
from omnify.conf import settings
from omnify.context import current_organization_id
from omnify.db import alias_of, atomic
from omnify.events.wakeup import bell_file
from omnify.exceptions import InternalServiceError
from omnify.jobs.messages import JobInput, JobReport
from omnify.jobs.models import Job
from omnify.jobs.operations import request_job
from omnify.jobs.queries import wait_for_job
from omnify.jobs.refusals import find_refusal

#: Questions of an organization that wait or run, of one kind: those that nobody waits for any more
#: must not become a queue of hours.
MOST_OPEN: Final = 4
_RETRY_SECONDS: Final = 10
#: Half of the threads that answer requests may wait; what comes then, is not waited for.
_waiting = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


class Asked(NamedTuple):
    """A question's job, and its answer as JSON; None where it was not there in time."""

    job_id: UUID
    answer: Any


def ask(question: JobInput, *, seconds: float) -> Asked:
    """Return the answer to a question, which a worker computes, if it is there in time.

    An answer that was read is not kept: its job is gone. One that was not in time is the job's
    result.

    Raises:
        OmnifyError: the job was refused.
        TooMuchAtOnceError: the organization has ``MOST_OPEN`` questions of the kind open.
    """
    deadline = time.monotonic() + seconds
    service = question.owning_service()
    _refuse_too_many(question)
    with atomic(service):
        job_id = request_job(question)
    wake_workers(service)
    report = _wait(service, job_id, deadline)
    if report is None or not report.is_over:
        return Asked(job_id, None)
    refusal = find_refusal(report)
    if refusal is None and report.state != "succeeded":
        raise InternalServiceError
    Job.objects.using(alias_of(service)).filter(id=job_id).delete()
    if refusal is not None:
        raise refusal
    return Asked(job_id, report.result)


def wake_workers(service: str) -> None:
    """Let the workers of this machine look for questions; others find them at their next look."""
    with suppress(OSError):
        bell_file(alias_of(service), of="questions").touch()


def _refuse_too_many(question: JobInput) -> None:
    rows = Job.objects.using(alias_of(question.owning_service()))
    is_open = rows.filter(
        kind=question.kind,
        organization_id=current_organization_id(),
        state__in=(Job.State.QUEUED, Job.State.RUNNING),
    )
    if is_open.count() >= MOST_OPEN:
        raise TooMuchAtOnceError(most=MOST_OPEN, retry_after_seconds=_RETRY_SECONDS)


def _wait(service: str, job_id: UUID, deadline: float) -> JobReport | None:
    if not _waiting.acquire(blocking=False):
        return None
    try:
        return wait_for_job(service, job_id, deadline=deadline)
    finally:
        _waiting.release()
