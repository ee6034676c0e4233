"""The table of actions on platforms."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from apps.integrations.connections.models import Connection
from omnify.tenancy import TenantModel


class PlatformAction(TenantModel):
    """An action on a platform; a target has one under way at most."""

    class Status(models.TextChoices):
        """How far it is, and how it ended."""

        QUEUED = "queued"
        DONE = "done"
        FAILED = "failed"
        UNKNOWN = "unknown"
        NOT_SUPPORTED = "not_supported"

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="platform_actions"
    )
    account = models.CharField(max_length=128, blank=True, help_text="The platform's id, if known.")
    action = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    target_id = models.CharField(max_length=128, help_text="The platform's id.")
    budget_micros = models.BigIntegerField(null=True, help_text="What is to be set.")
    currency = models.CharField(max_length=3, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.QUEUED)
    before = models.JSONField(null=True, help_text="How the target was.")
    after = models.JSONField(null=True, help_text="How it was read in the end.")
    reverts = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="reversals"
    )
    requested_by = models.UUIDField(null=True, help_text="Null for a service.")
    job_id = models.UUIDField(null=True)
    sent_at = models.DateTimeField(
        null=True, help_text="From when on the platform may have carried it out."
    )
    error_code = models.CharField(max_length=64, blank=True)
    error_words = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=200, blank=True, help_text="The platform's.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "level", "target_id"),
                condition=Q(status="queued"),
                name="platform_action_under_way",
            ),
            models.UniqueConstraint(
                fields=("reverts",),
                condition=Q(status__in=("queued", "done", "unknown")),
                name="platform_action_reverted_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.level} {self.target_id}: {self.status}"


#: The states in which an action that takes another back counts.
COUNTING: Final = (
    PlatformAction.Status.QUEUED,
    PlatformAction.Status.DONE,
    PlatformAction.Status.UNKNOWN,
)
