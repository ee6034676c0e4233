"""List jobs and workers, and retry or cancel a job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omnify.exceptions import OmnifyError
from omnify.jobs.models import Job, Worker
from omnify.jobs.operations import cancel_job, retry_job
from omnify.services.registry import hosted_aliases

_SHOWN = 50


class Command(BaseCommand):
    """List jobs or workers, retry or cancel a job."""

    help = "list: the newest jobs. workers: who runs them. retry, cancel: one job by its id."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the action, and the jobs that it is about."""
        parser.add_argument("action", choices=["list", "workers", "retry", "cancel"])
        parser.add_argument("id", nargs="?", type=UUID)
        parser.add_argument("--state", choices=Job.State.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Act, and print the outcome."""
        if options["action"] == "list":
            self._list(options["state"])
        elif options["action"] == "workers":
            self._list_workers()
        else:
            self._change(options["action"], options["id"])

    def _list(self, state: str | None) -> None:
        for alias in hosted_aliases():
            rows = Job.objects.using(alias).order_by("-id")
            for row in (rows.filter(state=state) if state else rows)[:_SHOWN]:
                progress = f"{row.done}/{row.total}" if row.total else ""
                self.stdout.write(
                    f"{row.id}  {row.kind:<36}{row.state:<11}{progress:<12}{row.error}"
                )

    def _list_workers(self) -> None:
        for alias in hosted_aliases():
            for row in Worker.objects.using(alias).order_by("name"):
                state = "stopped" if row.has_stopped else "seen"
                self.stdout.write(
                    f"{row.name:<40}{state} {row.seen_at.isoformat(timespec='seconds')}"
                    f"  {row.services}"
                )

    def _change(self, action: str, job_id: UUID | None) -> None:
        if job_id is None:
            raise CommandError(f"Name the job: manage.py jobs {action} <id>")
        for alias in hosted_aliases():
            row = Job.objects.using(alias).filter(id=job_id).first()
            if row is not None:
                try:
                    (retry_job if action == "retry" else cancel_job)(row.service, row.id)
                except OmnifyError as error:
                    raise CommandError(str(error)) from error
                self.stdout.write(f"{row.kind} {row.id}: {action} asked")
                return
        raise CommandError(f"No hosted service has a job {job_id}.")
