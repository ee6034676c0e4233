"""The table of connections."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class Connection(TenantModel):
    """Where metrics come from: a platform's account, or the files of one source."""

    class Status(models.TextChoices):
        """Whether the connection brings data."""

        ACTIVE = "active"
        ERROR = "error"

    platform = models.CharField(max_length=40, help_text="csv, or a platform of the catalog.")
    name = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    brand_id = models.UUIDField(null=True, blank=True, help_text="An agency's client.")
    complete_levels = models.JSONField(
        default=dict, help_text="Per measure, the level at which its totals are complete."
    )
    changed_at = models.DateTimeField(help_text="When its metrics changed last.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "platform", "name"), name="connection_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform}: {self.name}"
