"""The table of platforms' accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.integrations.connections.models import Connection
from omnify.tenancy import TenantModel

#: How far back metrics are read unless a person says otherwise.
USUAL_DEPTH = 90


class PlatformAccount(TenantModel):
    """An account that a connection's token can see; what is chosen is synced.

    One that is seen no more stays: a list that was cut, or a right that was taken away for a day,
    must not end what is known of it.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="platform_accounts"
    )
    platform = models.CharField(max_length=40)
    external_id = models.CharField(max_length=128)
    parent_id = models.CharField(max_length=128, blank=True, default="")
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, blank=True, help_text="Of its money; or unknown.")
    timezone = models.CharField(max_length=64, help_text="Of its days.")
    is_active = models.BooleanField(default=True, help_text="As the platform says.")
    is_chosen = models.BooleanField(default=False)
    brand_id = models.UUIDField(null=True, blank=True, help_text="An agency's client.")
    depth_days = models.PositiveIntegerField(
        null=True, default=USUAL_DEPTH, help_text="How far back metrics are read; null for all."
    )
    began_on = models.DateField(
        null=True, blank=True, help_text="The first day of which it may have anything, if known."
    )
    history = models.JSONField(default=list, help_text="Since when it has which zone and currency.")
    seen_at = models.DateTimeField(help_text="When the platform named it last.")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "external_id"), name="platform_account_once"
            ),
            models.UniqueConstraint(
                fields=("organization_id", "platform", "external_id"),
                condition=Q(is_chosen=True),
                name="platform_account_chosen",
            ),
        )
        indexes = (
            models.Index(
                fields=("external_id",), condition=Q(is_chosen=True), name="platform_account_by_id"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.external_id}"
