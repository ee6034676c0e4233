"""The table of saved views."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class SavedView(TenantModel):
    """A query saved under a name."""

    name = models.CharField(max_length=100)
    query = models.JSONField(help_text="As POST /api/analytics/query takes it.")
    created_by = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("organization_id", "name"), name="saved_view_name"),
        )

    def __str__(self) -> str:
        return self.name
