"""The page that says how far a job is."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse

from omnify.jobs.messages import JobReport
from omnify.jobs.queries import get_job
from omnify.pages.parts import Progress
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView


class JobPage(PageView, is_base=True):
    """The progress of a job of one service; it asks again by itself until the job has ended."""

    service: ClassVar[str]
    heading: ClassVar[str]

    def get(self, request: PageRequest, job_id: UUID) -> HttpResponse:
        """Show where it stands."""
        job = get_job(self.service, job_id)
        return self.show_part(self.describe(job), heading=self.heading)

    def describe(self, job: JobReport) -> Progress:
        """Return what is said of the job, and of what came of it."""
        raise NotImplementedError
