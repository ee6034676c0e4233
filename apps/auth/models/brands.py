"""An organization's brands."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class Brand(TenantModel):
    """An agency's client, or one of a company's brands."""

    name = models.CharField(max_length=200)
    website = models.URLField(max_length=500, blank=True)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("organization_id", "name"), name="brand_name_once"),
        )

    def __str__(self) -> str:
        return self.name
