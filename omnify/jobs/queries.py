"""What can be read of a job."""

from __future__ import annotations

from uuid import UUID

import msgspec

from omnify.context import current
from omnify.db import alias_of
from omnify.jobs.messages import JobNotFoundError, JobReport
from omnify.jobs.models import Job


def get_job(service: str, job_id: UUID) -> JobReport:
    """Return where a job of the organization in the context stands.

    Raises:
        JobNotFoundError: the organization has no such job.
    """
    rows = Job.objects.using(alias_of(service)).filter(service=service)
    row = rows.filter(id=job_id, organization_id=current().organization_id).first()
    if row is None:
        raise JobNotFoundError(job_id=job_id)
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
