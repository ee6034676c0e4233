"""The keys that sign access tokens."""

from __future__ import annotations

from typing import Final

from django.db import models

from omnify.encryption import renew
from omnify.encryption.columns import encrypted_column

#: What private parts are encrypted for.
SIGNING_PURPOSE: Final = "auth.signing_key"


class SigningKey(models.Model):
    """A key pair for access tokens; the private part is encrypted with the key ring."""

    kid = models.CharField(max_length=64, primary_key=True, editable=False)
    public_jwk = models.TextField(editable=False)
    private_encrypted = models.BinaryField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    signs_from = models.DateTimeField(
        null=True, help_text="Published before it signs, so that no verifier is taken by surprise."
    )
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Not accepted any more.")

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.kid


@encrypted_column(SigningKey, "private_encrypted")
def renew_private_key(row: SigningKey) -> bytes:
    """Return a private part under the newest key."""
    return renew(bytes(row.private_encrypted), purpose=SIGNING_PURPOSE)
