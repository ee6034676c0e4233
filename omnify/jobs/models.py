"""The tables of jobs, their schedules, their steps, their signals, and the workers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import models
from uuid_utils.compat import uuid7

from omnify.encryption import renew_text
from omnify.encryption.columns import encrypted_column

#: For how long an ended job can be looked at, and retried.
KEPT_JOBS: Final = timedelta(days=30)


class Job(models.Model):
    """A job from the moment of its request; ``workflow_id`` is the engine's name for it."""

    class State(models.TextChoices):
        """Whether the job waits, runs, or how it ended."""

        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(null=True, db_index=True)
    service = models.CharField(max_length=50)
    kind = models.CharField(max_length=100)
    key = models.CharField(
        max_length=200, blank=True, help_text="While it waits to start, no second one has this key."
    )
    priority = models.PositiveSmallIntegerField(default=100, help_text="Lower goes first.")
    input = models.BinaryField()
    origin = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    run = models.PositiveSmallIntegerField(default=1, help_text="Rises when it is retried.")
    handed_at = models.DateTimeField(null=True, help_text="When a worker gave it to the engine.")
    stop_asked = models.BooleanField(default=False, help_text="The engine is to be told to stop.")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Zero while it is not known.")
    note = models.CharField(max_length=200, blank=True)
    result = models.BinaryField(null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "key"),
                condition=~models.Q(key="") & models.Q(state="queued", started_at=None),
                name="job_key_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("service", "priority", "id"),
                name="job_to_hand_over",
                condition=models.Q(state="queued", handed_at__isnull=True),
            ),
            models.Index(
                fields=("service",), name="job_to_stop", condition=models.Q(stop_asked=True)
            ),
            models.Index(fields=("finished_at",), name="job_finished_at"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @classmethod
    def outlived(cls, now: datetime) -> models.QuerySet[Job]:
        """Return old ended jobs, with steps and signals: inputs may hold personal data."""
        return cls.objects.filter(finished_at__lt=now - KEPT_JOBS)

    @property
    def workflow_id(self) -> str:
        """Return the engine's name for this run of the job."""
        return f"{self.id}.{self.run}"


class Schedule(models.Model):
    """When a job is requested again and again; of no organization where the code declares it."""

    #: Derived from service, organization and name, so that there is one of each name.
    id = models.UUIDField(primary_key=True, editable=False)
    organization_id = models.UUIDField(null=True, db_index=True)
    service = models.CharField(max_length=50)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    input = models.BinaryField()
    cron = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)
    next_at = models.DateTimeField()
    paused = models.BooleanField(default=False)
    #: No fact: its next time is the clock's.
    is_bookkeeping = True

    class Meta:
        indexes = (
            models.Index(
                fields=("service", "next_at"), name="schedule_due", condition=models.Q(paused=False)
            ),
        )

    def __str__(self) -> str:
        return self.name


class Effect(models.Model):
    """A step of a job that is done, written in the transaction of its effect."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    result = models.BinaryField(default=b"")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("job", "number"), name="effect_once"),)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Signal(models.Model):
    """A message to a waiting job, kept from the transaction of its sender on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE)
    topic = models.CharField(max_length=100)
    value = models.BinaryField()
    handed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("id",), name="signal_to_hand", condition=models.Q(handed_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return self.topic


class Worker(models.Model):
    """A process that runs jobs; ``beats`` rises as long as it is alive."""

    name = models.CharField(max_length=200, primary_key=True)
    services = models.CharField(max_length=500)
    beats = models.BigIntegerField(default=0)
    has_stopped = models.BooleanField(default=False)
    #: No fact: it differs with the number of processes.
    is_bookkeeping = True
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


@encrypted_column(Job, "input")
@encrypted_column(Schedule, "input")
def renew_sealed_texts(row: Job | Schedule) -> bytes:
    """Return the input of a job or a schedule with its encrypted texts under the newest key."""
    fields = msgspec.json.decode(row.input)
    sealed = {
        name: renew_text(text, purpose=row.kind)
        for name, text in fields.items()
        if name.startswith("sealed")
    }
    return msgspec.json.encode({**fields, **sealed}) if sealed else bytes(row.input)
