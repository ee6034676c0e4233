"""Imports of files, and large files that wait for their job."""

from __future__ import annotations

from django.db import models

from apps.integrations.connections.models import Connection
from apps.integrations.metrics.models import MetricRow
from omnify.tenancy import TenantModel


class CsvImport(TenantModel):
    """An import of a whole file."""

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
    """A large file that a job imports: kept in the database, which every worker reaches."""

    file_name = models.CharField(max_length=200)
    mapping = models.TextField(help_text="How to read it, as JSON.")
    metric_count = models.PositiveIntegerField(default=0, help_text="How many metrics it comes to.")
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


class StagedMetric(MetricRow):
    """A metric of a large file; no query counts it."""

    file = models.ForeignKey(StagedFile, on_delete=models.CASCADE, related_name="metrics")
    measures = models.CharField(
        max_length=500, default="", help_text="Those that the file names for the entity."
    )

    class Meta:
        ordering = ("date", "id")
