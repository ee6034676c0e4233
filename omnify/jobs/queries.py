"""What can be read of a job."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.db import close_old_connections
from django.db.models import Q

from omnify.context import current
from omnify.db import alias_of
from omnify.jobs.messages import JobNotFoundError, JobReport
from omnify.jobs.models import Job

_FIRST_PAUSE_SECONDS: Final = 0.03
_LONGEST_PAUSE_SECONDS: Final = 0.5
_MOST_RECENT: Final = 10


def wait_for_job(service: str, job_id: UUID, *, deadline: float) -> JobReport:
    """Return where a job stands once it is over, at the latest at a reading of the monotonic clock.

    Raises:
        JobNotFoundError: the organization has no such job.
    """
    pause = _FIRST_PAUSE_SECONDS
    while True:
        report = get_job(service, job_id)
        if report.is_over or time.monotonic() + pause > deadline:
            return report
        # Of PostgreSQL's connections there are few.
        close_old_connections()
        time.sleep(pause)
        pause = min(1.5 * pause, _LONGEST_PAUSE_SECONDS)


def get_job(service: str, job_id: UUID) -> JobReport:
    """Return where a job of the organization in the context stands.

    Raises:
        JobNotFoundError: the organization has no such job.
    """
    rows = Job.objects.using(alias_of(service)).filter(service=service)
    row = rows.filter(id=job_id, organization_id=current().organization_id).first()
    if row is None:
        raise JobNotFoundError(job_id=job_id)
    return _to_report(row)


def list_recent_jobs(
    service: str, *, kinds: Iterable[str], ended_since: datetime
) -> list[JobReport]:
    """Return the organization's jobs that wait or run, or ended lately, newest first."""
    rows = Job.objects.using(alias_of(service)).filter(
        service=service, organization_id=current().organization_id, kind__in=kinds
    )
    recent = rows.filter(Q(finished_at=None) | Q(finished_at__gte=ended_since))
    return [_to_report(row) for row in recent.order_by("-id")[:_MOST_RECENT]]


def _to_report(row: Job) -> JobReport:
    return JobReport(
        id=row.id,
        kind=row.kind,
        state=row.state,  # type: ignore[arg-type]
        done=row.done,
        total=row.total,
        note=row.note,
        error=row.error,
        result=None if row.result is None else msgspec.json.decode(bytes(row.result)),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
