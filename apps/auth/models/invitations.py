"""Invitations to an organization."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.organizations import Organization
from apps.auth.models.users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Filters over invitations."""

    def open_at(self, now: datetime) -> InvitationQuerySet:
        """Return the invitations that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """An address that may join an organization with a role, once, until it expires."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(max_length=254, help_text="In its one form.")
    role = models.CharField(max_length=50)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invited")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.email} to {self.organization_id}"
