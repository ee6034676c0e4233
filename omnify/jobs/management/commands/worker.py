"""Run the jobs of the hosted services."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omnify.conf import settings
from omnify.jobs.worker import STOP_SECONDS, JobWorker
from omnify.services.registry import hosted_services


class Command(BaseCommand):
    """Run a worker process: as many as there is work for, each with the hosted services' jobs."""

    help = f"Run the jobs of the hosted services. TERM finishes what runs, for {STOP_SECONDS} s."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until asked to stop."""
        if not settings.JOBS_DATABASE_URL:
            raise CommandError("JOBS_DATABASE_URL is empty: there is no engine to run jobs with.")
        stopping = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopping.set())
        signal.signal(signal.SIGINT, lambda *_: stopping.set())
        worker = JobWorker(hosted_services())
        worker.start()
        self.stdout.write(f"worker {worker.name}: {', '.join(worker.services)}")
        stopping.wait()
        worker.stop()
