"""Roles of an organization's own, and permissions on single objects."""

from __future__ import annotations

from django.db import models

from apps.auth.models.users import User
from omnify.tenancy import TenantModel


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
