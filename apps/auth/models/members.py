"""Who belongs to an organization, and with what role."""

from __future__ import annotations

from django.db import models

from apps.auth.models.organizations import Organization
from apps.auth.models.users import User


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
    reader_role = models.CharField(
        max_length=30, default="cmo", db_default="cmo", help_text="Decides wording, no rights."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("user", "organization"), name="membership_unique"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organization_id}"
