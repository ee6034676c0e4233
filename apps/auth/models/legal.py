"""What users accepted of the legal documents."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from apps.auth.models.ledgers import Ledger
from apps.auth.models.users import User


class Consent(Ledger):
    """A user's consent to a version of a legal document, or its withdrawal."""

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
