"""An organization's own roles."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class Role(TenantModel):
    """A custom role of one organization."""

    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("organization_id", "name"), name="role_name_once"),
        )

    def __str__(self) -> str:
        return self.name
