"""The operators' view of jobs, in the database of the slice that serves the admin."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from omnify.exceptions import OmnifyError
from omnify.jobs.models import Job, Schedule, Worker
from omnify.jobs.operations import cancel_job, retry_job
from omnify.jobs.schedules import pause, resume
from omnify.tenancy.admin import NamedRows, ReadOnlyAdmin


@admin.register(Job)
class JobAdmin(NamedRows, ReadOnlyAdmin, ModelAdmin):
    """Jobs that wait, run, ended."""

    list_display = ("kind", "state", "progress", "organization_id", "error", "created_at")
    list_filter = ("state", "service", "kind")
    search_fields = ("id", "organization_id", "key")
    exclude = ("input", "origin", "result")
    ordering = ("-id",)
    actions = ("retry", "cancel")

    @admin.display(description="Progress")
    def progress(self, row: Job) -> str:
        """Return how far the job is, empty where that is unknown."""
        return f"{row.done} of {row.total}" if row.total else ""

    @admin.action(description="Retry what failed or was cancelled")
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Run failed and cancelled jobs again."""
        self._each(request, queryset, retry_job, "will be run again")

    @admin.action(description="Cancel what waits or runs")
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Cancel jobs that wait or run."""
        self._each(request, queryset, cancel_job, "cancelled")

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Job],
        change: Callable[[str, UUID], None],
        done: str,
    ) -> None:
        changed, refused = 0, 0
        for row in queryset:
            try:
                change(row.service, row.id)
                changed += 1
            except OmnifyError:
                refused += 1
        self.message_user(request, f"{changed} jobs {done}.")
        if refused:
            text = f"{refused} jobs are not in a state for it."
            self.message_user(request, text, messages.WARNING)


@admin.register(Schedule)
class ScheduleAdmin(NamedRows, ReadOnlyAdmin, ModelAdmin):
    """When jobs start by themselves."""

    list_display = ("name", "kind", "organization_id", "cron", "zone", "next_at", "paused")
    list_filter = ("paused", "service", "kind")
    search_fields = ("id", "organization_id", "name")
    exclude = ("input",)
    ordering = ("next_at",)
    actions = ("pause", "resume")

    @admin.action(description="Pause")
    def pause(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        """Let schedules request nothing."""
        for row in queryset:
            pause(row)
        self.message_user(request, f"{len(queryset)} schedules paused.")

    @admin.action(description="Resume; what was missed is not made up for")
    def resume(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        """Let paused schedules come again."""
        for row in queryset:
            resume(row)
        self.message_user(request, f"{len(queryset)} schedules come again.")


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin, ModelAdmin):
    """Processes that run jobs."""

    list_display = ("name", "services", "has_stopped", "started_at", "seen_at")
