"""What proves a person beside the password, and what counts the tries."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.users import User


class EmailToken(models.Model):
    """A link that was sent to an address: verifies it, or resets a password, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_tokens")
    purpose = models.CharField(max_length=20)
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.user_id}"

    @classmethod
    def outlived(cls, now: datetime) -> models.QuerySet[EmailToken]:
        """Links whose time is over: used or not, they are refused alike."""
        return cls.objects.filter(expires_at__lt=now)


class RecoveryCode(models.Model):
    """A code that replaces a lost factor once; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk} of {self.user_id}"


class UsedTotpCode(models.Model):
    """A code of an authenticator app that was accepted; it never is again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True, help_text="The code itself is over by then.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "code_hash"), name="totp_code_used_once"),
        )

    def __str__(self) -> str:
        return f"a code of {self.user_id}"


class Attempts(models.Model):
    """How often something was tried in one window of time; only a hash of what is kept."""

    scope = models.CharField(max_length=30)
    subject_hash = models.CharField(max_length=64)
    window = models.BigIntegerField(help_text="The number of the window since 1970.")
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "attempts"
        constraints = (
            models.UniqueConstraint(
                fields=("scope", "subject_hash", "window"), name="attempts_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope}: {self.count}"
