"""Tenants."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7


class Organization(models.Model):
    """A tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="USD", help_text="ISO 4217.")
    is_currency_settled = models.BooleanField(
        default=False, help_text="Chosen, or taken from the first data."
    )
    timezone = models.CharField(max_length=64, default="UTC", help_text="IANA name.")
    week_start = models.CharField(
        max_length=8, default="monday", db_default="monday", help_text="The first day of a week."
    )
    plan = models.CharField(max_length=20, default="free")
    logo_url = models.CharField(max_length=500, blank=True)
    primary_color = models.CharField(max_length=7, blank=True, help_text="As #rrggbb.")
    is_demo = models.BooleanField(default=False, help_text="Holds sample data.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name
