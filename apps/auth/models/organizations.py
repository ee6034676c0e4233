"""Organizations and their brands, who belongs to them and with what role."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.users import User
from omnify.tenancy import TenantModel


class Organization(models.Model):
    """A tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217.")
    is_currency_settled = models.BooleanField(
        default=False, help_text="Chosen, or taken from the first data."
    )
    timezone = models.CharField(max_length=64, default="UTC", help_text="IANA name.")
    plan = models.CharField(max_length=20, default="free")
    logo_url = models.CharField(max_length=500, blank=True)
    primary_color = models.CharField(max_length=7, blank=True, help_text="As #rrggbb.")
    is_demo = models.BooleanField(default=False, help_text="Holds sample data.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in an organization: a system role's name, or a custom role's id."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=50)
    version = models.BigIntegerField(
        default=0, help_text="Grows with every change of rights; tokens of an older one are void."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("user", "organization"), name="membership_unique"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organization_id}"


class Role(TenantModel):
    """A custom role of one organization."""

    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("organization_id", "name"), name="role_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Grant(TenantModel):
    """Permissions of one user on one object, beside the role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    resource_type = models.CharField(max_length=20)
    resource_id = models.CharField(max_length=100)
    permissions = models.JSONField(default=list)
    granted_by_id = models.UUIDField()
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "user", "resource_type", "resource_id"),
                name="grant_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} on {self.resource_type} {self.resource_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Filters over invitations."""

    def open_at(self, now: datetime) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """An address that may join an organization with a role, once and for seven days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(max_length=254, help_text="Kept in lower case.")
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


class Brand(TenantModel):
    """An agency's client, or one of a company's brands."""

    name = models.CharField(max_length=200)
    website = models.URLField(max_length=500, blank=True)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("organization_id", "name"), name="brand_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class QuotaUsage(models.Model):
    """How much of a limit of its plan an organization has used."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="usage")
    kind = models.CharField(max_length=20)
    used = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization", "kind"), name="quota_usage_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.organization_id}: {self.used}"
