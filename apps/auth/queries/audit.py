"""What the audit ledger holds of an organization."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.auth.models import AuditEntry
from omnify.context import current_organization_id


def list_audit() -> QuerySet[AuditEntry]:
    """Return the organization's audit entries."""
    return AuditEntry.objects.filter(organization_id=current_organization_id())
