"""What a browser or program has yet to answer."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.users import User


class LoginChallenge(models.Model):
    """A sign-in that waits for its second factor, or a passkey's ceremony that has begun."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    state = models.JSONField(default=dict, help_text="What the ceremony has to remember.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
