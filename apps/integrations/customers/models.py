"""The table of the keys by which customers are hashed."""

from __future__ import annotations

from django.db import models

from omnify.encryption import renew
from omnify.encryption.columns import encrypted_column
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

    @property
    def purpose(self) -> str:
        """What the key is encrypted for: its organization, so that keys cannot be exchanged."""
        return f"integrations.customer_key {self.organization_id}"


@encrypted_column(CustomerKey, "encrypted")
def renew_customer_key(row: CustomerKey) -> bytes:
    """Return a customers' key under the newest key of the ring."""
    return renew(bytes(row.encrypted), purpose=row.purpose)
