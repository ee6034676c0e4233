"""Report jobs that no worker takes as a part of readiness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone
from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning

from omnify.jobs.models import Job
from omnify.services.registry import hosted_aliases

_LONGEST_WAIT = timedelta(seconds=60)


@dataclass
class Jobs(HealthCheck):
    """Jobs that no worker takes; requests are still answered, so it only degrades."""

    alias: str

    def run(self) -> None:
        """Check the age of the oldest job that no worker has taken."""
        waiting = Job.objects.using(self.alias).filter(state=Job.State.QUEUED, handed_at=None)
        try:
            oldest = waiting.order_by("created_at").first()
        except DatabaseError:
            return  # The database's own part reports it.
        if oldest and timezone.now() - oldest.created_at > _LONGEST_WAIT:
            since = oldest.created_at.isoformat(timespec="seconds")
            raise ServiceWarning(
                f"{oldest.kind} waits since {since}: no worker runs the jobs of {oldest.service};"
                " start 'manage.py worker' in a slice that hosts it"
            )


def find_parts() -> dict[str, HealthCheck]:
    """Return a part for each database."""
    return {f"jobs:{alias}": Jobs(alias) for alias in hosted_aliases()}
