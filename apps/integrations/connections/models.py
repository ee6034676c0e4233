"""The table of connections."""

from __future__ import annotations

from typing import Any, Final

from django.db import models

from omnify.names import fold
from omnify.tenancy import TenantModel

#: Letters of one name in any case: of some, three stand for one.
KEY_LENGTH: Final = 3 * 64


class Connection(TenantModel):
    """Where metrics come from: a platform's account, or the files of one source."""

    class Status(models.TextChoices):
        """Whether the connection brings data."""

        ACTIVE = "active"
        ERROR = "error"

    platform = models.CharField(max_length=40, help_text="csv, or a platform of the catalog.")
    name = models.CharField(max_length=64, help_text="As it was spelled first.")
    name_key = models.CharField(
        max_length=KEY_LENGTH, editable=False, help_text="What all its spellings have in common."
    )
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
                fields=("organization_id", "platform", "name_key"), name="connection_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform}: {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the key of the name."""
        self.name_key = fold(self.name)
        super().save(*args, **kwargs)
