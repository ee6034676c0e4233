"""The tables of quotas, of who waits for them, and of what platforms answered."""

from __future__ import annotations

from django.db import models

from apps.integrations.connections.models import Connection
from omnify.tenancy import TenantModel


class Quota(models.Model):
    """A limit of a platform, for the deployment's app or for one account; all workers share it.

    It belongs to no organization: the platform counts all of the app's customers together.
    """

    platform = models.CharField(max_length=40)
    key = models.CharField(max_length=120, help_text="app, or account:<id>.")
    seconds = models.PositiveIntegerField(help_text="Of its window; 0 where only the vendor knows.")
    calls = models.PositiveIntegerField(
        default=0, db_default=0, help_text="What it allows; 0 where only the vendor knows."
    )
    counts = models.JSONField(default=dict, help_text="Calls by parts of the window.")
    used = models.FloatField(default=0.0, help_text="The part that is spent, as the vendor says.")
    closed_until = models.DateTimeField(null=True, help_text="As the vendor says.")

    class Meta:
        ordering = ("platform", "key", "seconds")
        constraints = (
            models.UniqueConstraint(fields=("platform", "key", "seconds"), name="quota_once"),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.key}"


class Turn(models.Model):
    """A place in the line before a quota: a connection that was sent away, and its calls."""

    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="turns")
    connection_id = models.UUIDField()
    left = models.PositiveIntegerField(help_text="Calls that it may make when its turn comes.")
    ends_at = models.DateTimeField(help_text="When it loses its place unless it calls.")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("quota", "connection_id"), name="turn_once"),
        )

    def __str__(self) -> str:
        return f"{self.connection_id} before {self.quota_id}"


class RawAnswer(TenantModel):
    """What a platform answered, without secrets and persons' details, for 30 days."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="raw_answers")
    run_id = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300, help_text="Without parameters.")
    status = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    is_cut = models.BooleanField(default=False, help_text="Whether the body was longer.")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"
