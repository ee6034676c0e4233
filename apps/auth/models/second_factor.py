"""Codes of authenticator apps that were used."""

from __future__ import annotations

from django.db import models

from apps.auth.models.users import User


class UsedTotpCode(models.Model):
    """A code of an authenticator app that was accepted; it never is again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True, help_text="The code has expired by then.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "code_hash"), name="totp_code_used_once"),
        )

    def __str__(self) -> str:
        return f"a code of {self.user_id}"
