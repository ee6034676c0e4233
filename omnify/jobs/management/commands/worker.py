"""Run the jobs of the hosted services."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omnify.conf import settings
from omnify.jobs.worker import STOP_SECONDS, run_worker


class Command(BaseCommand):
    """Run a worker process: as many as there is work for, each with the hosted services' jobs."""

    help = f"Run the jobs of the hosted services. TERM finishes what runs, for {STOP_SECONDS} s."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until asked to stop."""
        if not settings.JOBS_DATABASE_URL:
            raise CommandError("JOBS_DATABASE_URL is empty: there is no engine to run jobs with.")
        run_worker()
