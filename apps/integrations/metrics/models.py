"""The tables of daily metrics; a column for each measure."""

from __future__ import annotations

from typing import Final

from django.db import models

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import (
    KEY_LENGTH,
    Connection,
    VersionedRow,
    version_indexes,
)
from apps.integrations.contract import MEASURES
from omnify.tenancy import TenantModel

#: The column of each measure.
COLUMNS: Final = {measure.name: f"{measure.name}_micros" for measure in MEASURES}
#: Metrics of more than one day.
SPANS: Final = models.Q(last_date__gt=models.F("date"))


class Channel(TenantModel):
    """A channel of a connection: the spelling that stands for all that differ in case."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="channels")
    name = models.CharField(max_length=64, help_text="As it was spelled first.")
    name_key = models.CharField(
        max_length=KEY_LENGTH, help_text="What all its spellings have in common."
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("connection", "name_key"), name="channel_unique"),
        )
        indexes = (
            models.Index(fields=("organization_id", "name_key", "id"), name="channel_by_name"),
        )

    def __str__(self) -> str:
        return self.name


class Entity(TenantModel):
    """A campaign, ad group or ad of a platform, as the platform called it last."""

    class Level(models.TextChoices):
        """What it is."""

        CAMPAIGN = "campaign"
        AD_GROUP = "ad_group"
        AD = "ad"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="entities")
    platform_account = models.ForeignKey(
        PlatformAccount, on_delete=models.CASCADE, related_name="entities", db_index=False
    )
    level = models.CharField(max_length=20, choices=Level)
    external_id = models.CharField(max_length=128)
    parent_id = models.CharField(
        max_length=128, blank=True, help_text="Of the campaign or ad group that it belongs to."
    )
    name = models.CharField(max_length=255, blank=True)
    channel = models.CharField(max_length=64, blank=True)
    channel_type = models.CharField(max_length=64, blank=True, help_text="The platform's word.")
    status = models.CharField(max_length=64, blank=True, help_text="The platform's word.")
    last_date = models.DateField(help_text="The last day of which it has numbers.")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("platform_account", "level", "external_id"), name="entity_once"
            ),
        )
        indexes = (models.Index(fields=("organization_id", "level", "id"), name="entity_by_level"),)

    def __str__(self) -> str:
        return self.name or self.external_id


class DailyMetric(VersionedRow):
    """One entity's numbers, in millionths; null where the connection says nothing.

    They are of one day, or of a span of days up to ``last_date`` that is never split.
    """

    class Level(models.TextChoices):
        """What the numbers describe."""

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
    account = models.CharField(max_length=255, blank=True, default="", db_default="")
    campaign = models.CharField(max_length=255, blank=True, default="", db_default="")
    ad = models.CharField(max_length=255, blank=True, default="", db_default="")
    last_date = models.DateField(help_text="The last day of a span; of a day, the day itself.")
    currency = models.CharField(max_length=3)
    platform_account = models.ForeignKey(
        PlatformAccount,
        on_delete=models.CASCADE,
        null=True,
        related_name="metrics",
        db_index=False,
        help_text="Null for what files bring.",
    )
    is_provisional = models.BooleanField(
        default=False, db_default=False, help_text="Whether its day was open when it was read."
    )
    window = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Of attribution, if chosen."
    )

    class Meta:
        ordering = ("date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    *("organization_id", "connection", "level", "entity_key"),
                    *("date", "last_date"),
                ),
                condition=models.Q(until__isnull=True),
                name="daily_metric_natural_key",
            ),
        )
        indexes = (
            models.Index(fields=("organization_id", "date", "id"), name="daily_metric_by_day"),
            models.Index(
                fields=("organization_id", "last_date", "date"),
                condition=SPANS,
                name="daily_metric_spans",
            ),
            models.Index(
                fields=("platform_account", "level", "date"),
                condition=models.Q(platform_account__isnull=False),
                name="daily_metric_by_account",
            ),
            *version_indexes("daily_metric"),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.entity_key} {self.date}"


for _column in COLUMNS.values():
    DailyMetric.add_to_class(_column, models.BigIntegerField(null=True))
