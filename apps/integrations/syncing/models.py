"""The tables of runs, of their slices, of what was asked, and of platforms' own sums."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import Connection
from omnify.tenancy import TenantModel


class SyncRun(TenantModel):
    """One reading of a connection's platform; a connection has one under way at most."""

    class State(models.TextChoices):
        """The words of jobs, and one more."""

        QUEUED = "queued"
        RUNNING = "running"
        WAITING = "waiting_for_quota"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="sync_runs")
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    job_id = models.UUIDField(null=True)
    requested_by = models.UUIDField(null=True, help_text="Null for the connection's own rhythm.")
    wanted = models.JSONField(default=dict, help_text="What a person asked for, instead of all.")
    is_planned = models.BooleanField(default=False)
    resume_at = models.DateTimeField(null=True, help_text="When its quota is there again.")
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_removed = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0, help_text="Requests to the platform.")
    disagreements = models.PositiveIntegerField(
        default=0, help_text="Days and measures of which the platform's own sum is another."
    )
    notices = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="What people should know of how it read.",
    )
    error_code = models.CharField(max_length=64, blank=True)
    error_words = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=200, blank=True, help_text="The platform's.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection",),
                condition=Q(state__in=("queued", "running", "waiting_for_quota")),
                name="sync_run_under_way",
            ),
        )
        indexes = (
            models.Index(
                fields=("resume_at",),
                condition=Q(state="waiting_for_quota"),
                name="sync_run_to_resume",
            ),
        )

    def __str__(self) -> str:
        return f"{self.connection_id} {self.state}"


#: The states of runs that have not ended.
UNDER_WAY: Final = (SyncRun.State.QUEUED, SyncRun.State.RUNNING, SyncRun.State.WAITING)


class SyncSlice(TenantModel):
    """What a run asks at once: a stream and level of an account, and days."""

    class State(models.TextChoices):
        """Whether it was asked."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="slices")
    account = models.ForeignKey(PlatformAccount, on_delete=models.CASCADE, related_name="slices")
    position = models.PositiveIntegerField(help_text="In the order of asking.")
    stream = models.CharField(max_length=20)
    level = models.CharField(max_length=20, blank=True)
    first_date = models.DateField()
    last_date = models.DateField()
    since = models.DateTimeField(null=True, help_text="From which changes are wanted.")
    shape = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    error_code = models.CharField(max_length=64, blank=True)
    error_words = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    # Where nobody says it, a run of the version before has compared it at its end.
    is_compared = models.BooleanField(
        default=False, db_default=True, help_text="Whether the platform's sums were asked since."
    )

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("run", "position"), name="sync_slice_position"),
        )
        indexes = (
            models.Index(
                fields=("account",),
                condition=Q(state="done", is_compared=False),
                name="sync_slice_to_compare",
            ),
        )

    def __str__(self) -> str:
        return f"{self.stream} {self.level} {self.first_date}"


class Cursor(TenantModel):
    """What was asked of a stream and level of an account; it moves with the rows."""

    account = models.ForeignKey(PlatformAccount, on_delete=models.CASCADE, related_name="cursors")
    stream = models.CharField(max_length=20)
    level = models.CharField(max_length=20, blank=True)
    ranges = models.JSONField(default=list, help_text="Days, shape of the question, moment.")
    changed_until = models.DateTimeField(null=True, help_text="Up to which changes were read.")
    fields = models.JSONField(default=dict, help_text="Per measure whether it came, or why not.")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("account", "stream", "level"), name="cursor_once"),
        )

    def __str__(self) -> str:
        return f"{self.stream} {self.level} of {self.account_id}"


class PlatformTotal(TenantModel):
    """A platform's own sum of a measure and day of an account."""

    account = models.ForeignKey(PlatformAccount, on_delete=models.CASCADE, related_name="totals")
    date = models.DateField()
    measure = models.CharField(max_length=40)
    micros = models.BigIntegerField()
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("date", "measure")
        constraints = (
            models.UniqueConstraint(
                fields=("account", "date", "measure"), name="platform_total_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure} {self.date}"
