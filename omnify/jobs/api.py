"""Jobs over HTTP: each service mounts a view of its own jobs under its own prefix."""

from __future__ import annotations

from uuid import UUID

from omnify.api.fields import JobStarted
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.jobs.messages import JobReport
from omnify.jobs.operations import cancel_job
from omnify.jobs.queries import get_job


def job_answer(started: JobStarted, prefix: str) -> Answer:
    """Return the 202 of a job that is not over, with where it is under a service's prefix."""
    return Answer(202, started, {"Location": f"/api/{prefix}/jobs/{started.job_id}"})


def job_view(service: str, *, see: str, cancel: str) -> type[ServiceView]:
    """Return the view of a service's jobs, for users with these permissions."""

    class JobView(ServiceView):
        """One job: its progress and its end."""

        @route(see, summary="See how far a job is")
        def get(self, job_id: UUID) -> JobReport:
            return get_job(service, job_id)

        @route(cancel, summary="Cancel a job")
        def delete(self, job_id: UUID) -> None:
            cancel_job(service, get_job(service, job_id).id)

    return JobView
