"""Links that were mailed to addresses."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.users import User


class EmailToken(models.Model):
    """A link that was mailed to an address; it proves the address or resets a password, once."""

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
        """Return the expired links: used or not, they are refused."""
        return cls.objects.filter(expires_at__lt=now)
