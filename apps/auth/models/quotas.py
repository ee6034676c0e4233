"""What is used of a plan's limits."""

from __future__ import annotations

from django.db import models

from apps.auth.models.organizations import Organization


class QuotaUsage(models.Model):
    """The part of a plan's limit that an organization has used."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="usage")
    kind = models.CharField(max_length=20)
    used = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization", "kind"), name="quota_usage_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.organization_id}: {self.used}"
