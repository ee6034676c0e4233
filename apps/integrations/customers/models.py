"""The table of the keys by which customers are hashed."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class CustomerKey(TenantModel):
    """An organization's key for hashing its customers; it stays the same for good."""

    encrypted = models.BinaryField(help_text="Readable with OMNIFY_ENCRYPTION_KEYS alone.")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("organization_id",), name="customer_key_once"),
        )

    def __str__(self) -> str:
        return str(self.organization_id)
