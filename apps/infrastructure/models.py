"""The table of the back-ends' states."""

from __future__ import annotations

from django.db import models


class BackendState(models.Model):
    """The latest outcome of probing a back-end; it belongs to no organization."""

    backend = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=20)
    since = models.DateTimeField(help_text="When the status changed last.")
    latency_ms = models.FloatField(null=True)
    version = models.CharField(max_length=100, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ("backend",)

    def __str__(self) -> str:
        return f"{self.backend}: {self.status}"
