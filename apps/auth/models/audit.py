"""The audit chain."""

from __future__ import annotations

from django.db import models

from apps.auth.models.ledgers import Ledger


class AuditEntry(Ledger):
    """An audit entry; ``hash`` covers the row and the hash of the one before it."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    service = models.CharField(max_length=30)
    action = models.CharField(max_length=100)
    outcome = models.CharField(max_length=20)
    organization_id = models.UUIDField(null=True, db_index=True)
    user_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=20)
    target_type = models.CharField(max_length=50, blank=True)
    target_id = models.CharField(max_length=100, blank=True)
    details = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-sequence",)
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class AuditHead(models.Model):
    """The newest link of the chain; appending locks its row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
