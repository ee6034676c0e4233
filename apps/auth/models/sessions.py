"""Sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.organizations import Organization
from apps.auth.models.users import User

#: A session ends when its refresh token is not used for so long.
IDLE_LIFETIME: Final = timedelta(days=14)
REMEMBERED_IDLE_LIFETIME: Final = timedelta(days=45)
#: For how long a session's address counts as known to its user, ended or not.
ADDRESS_KNOWN_FOR: Final = timedelta(days=90)


class SessionQuerySet(models.QuerySet["Session"]):
    """Filters over sessions."""

    def active(self, now: datetime) -> SessionQuerySet:
        """Return the sessions that can be used: neither ended nor idle nor expired."""
        is_used = models.Q(rotated_at__gt=now - IDLE_LIFETIME)
        is_kept = models.Q(is_remembered=True, rotated_at__gt=now - REMEMBERED_IDLE_LIFETIME)
        return self.filter(is_used | is_kept, revoked_at=None, expires_at__gt=now)


class Session(models.Model):
    """A session: all refresh tokens that descend from one sign-in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="sessions"
    )
    counter = models.PositiveIntegerField(default=0, help_text="Of the newest refresh token.")
    created_at = models.DateTimeField()
    authenticated_at = models.DateTimeField(
        null=True, help_text="When a password or factor was last proven."
    )
    methods = models.CharField(max_length=50, blank=True, help_text="Of that proof, by comma.")
    rotated_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="The absolute end; no refresh moves it.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=50, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    device_name = models.CharField(max_length=100, blank=True)
    device_id = models.UUIDField(null=True, help_text="The same for all sessions of one device.")
    address = models.GenericIPAddressField(null=True, blank=True)
    is_remembered = models.BooleanField(default=False, help_text="Ends after 90 days, not 30.")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        # The table's former name: running versions of the code write to it.
        db_table = "omnify_auth_tokenfamily"
        indexes = (models.Index(fields=("created_at",), name="session_created_at"),)

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def outlived(cls, now: datetime) -> models.QuerySet[Session]:
        """Return the expired sessions whose address no longer counts as known."""
        return cls.objects.filter(created_at__lt=now - ADDRESS_KNOWN_FOR, expires_at__lt=now)
