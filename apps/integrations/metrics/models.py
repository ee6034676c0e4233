"""The normalised daily metrics that come through connections."""

from __future__ import annotations

from django.db import models

from apps.integrations.connections.models import Connection
from omnify.tenancy import TenantModel


class MetricRow(TenantModel):
    """One entity's numbers of one day, in millionths; null where the source says nothing."""

    class Level(models.TextChoices):
        """What sort of thing the numbers are of."""

        ORGANIZATION = "organization"
        CHANNEL = "channel"
        ACCOUNT = "account"
        CAMPAIGN = "campaign"
        AD = "ad"

    level = models.CharField(max_length=20, choices=Level)
    entity_key = models.CharField(
        max_length=128, blank=True, help_text="Empty where the level has one entity."
    )
    channel = models.CharField(max_length=64, blank=True)
    date = models.DateField()
    currency = models.CharField(max_length=3)
    spend_micros = models.BigIntegerField(null=True)
    revenue_micros = models.BigIntegerField(null=True)
    attributed_revenue_micros = models.BigIntegerField(null=True)
    impressions_micros = models.BigIntegerField(null=True)
    clicks_micros = models.BigIntegerField(null=True)
    conversions_micros = models.BigIntegerField(null=True)
    reach_micros = models.BigIntegerField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.level} {self.entity_key} {self.date}"


class DailyMetric(MetricRow):
    """A number that counts."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="metrics")

    class Meta:
        ordering = ("date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "connection", "level", "entity_key", "date"),
                name="daily_metric_natural_key",
            ),
        )
        indexes = (
            models.Index(fields=("organization_id", "date", "id"), name="daily_metric_by_day"),
        )
