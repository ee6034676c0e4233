"""Codes that replace a lost second factor."""

from __future__ import annotations

from django.db import models

from apps.auth.models.users import User


class RecoveryCode(models.Model):
    """A code that replaces a lost factor once; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk} of {self.user_id}"
