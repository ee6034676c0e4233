"""Connections and the normalised daily metrics that come through them."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class Connection(TenantModel):
    """A source of metrics: a platform's account, or files of one name."""

    class Status(models.TextChoices):
        """Whether it brings data."""

        ACTIVE = "active"
        ERROR = "error"

    platform = models.CharField(max_length=40, help_text="csv, or a platform of the catalog.")
    name = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    brand_id = models.UUIDField(null=True, blank=True, help_text="An agency's client.")
    complete_levels = models.JSONField(
        default=dict, help_text="Per measure, the level at which its totals are complete."
    )
    changed_at = models.DateTimeField(help_text="When its metrics changed last.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "platform", "name"), name="connection_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform}: {self.name}"


class CsvImport(TenantModel):
    """A file that was taken, whole."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file and its mapping.")
    currency = models.CharField(max_length=3)
    rows = models.PositiveIntegerField()
    metrics = models.PositiveIntegerField()
    first_date = models.DateField()
    last_date = models.DateField()
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name


class StagedFile(TenantModel):
    """A large file that a job takes: kept in the database, which every worker reaches."""

    file_name = models.CharField(max_length=200)
    mapping = models.TextField(help_text="How to read it, as JSON.")
    digest = models.CharField(max_length=64)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name


class StagedChunk(TenantModel):
    """A part of a staged file."""

    file = models.ForeignKey(StagedFile, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("file", "number"), name="staged_chunk_once"),
        )

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


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


class StagedMetric(MetricRow):
    """A number of a large file, not counted until all of them are there."""

    file = models.ForeignKey(StagedFile, on_delete=models.CASCADE, related_name="metrics")

    class Meta:
        ordering = ("date", "id")


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
