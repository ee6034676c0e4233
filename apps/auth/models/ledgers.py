"""What is only ever appended: consents and the audit chain."""

from __future__ import annotations

from typing import Any

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.users import User


class AppendOnlyError(RuntimeError):
    """A row of a ledger was about to be changed or deleted."""


class Ledger(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's, for a new row.

        Raises:
            AppendOnlyError: the row is there already.
        """
        if not self._state.adding:
            raise AppendOnlyError(f"{self._meta.verbose_name} {self.pk} cannot be changed")
        super().save(*args, force_insert=True, using=kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError(f"{self._meta.verbose_name} {self.pk} cannot be deleted")


class Consent(Ledger):
    """A user accepted a version of a legal document, or withdrew that."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    organization_id = models.UUIDField(null=True)
    document_type = models.CharField(max_length=30)
    version = models.CharField(max_length=20)
    locale = models.CharField(max_length=10)
    checksum = models.CharField(max_length=64)
    is_withdrawal = models.BooleanField(default=False)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        verb = "withdrew" if self.is_withdrawal else "accepted"
        return f"{self.user_id} {verb} {self.document_type} {self.version}"


class AuditEntry(Ledger):
    """Who did what; ``hash`` covers the row and the hash of the one before it."""

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
    """The newest link of the chain; its row is the lock of whoever appends."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
