"""What the audit ledger holds of an organization."""

from __future__ import annotations

import json
from typing import Final

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from apps.auth.exceptions import AuditExportTooLargeError
from apps.auth.messages.audit import AuditQuery
from apps.auth.models import AuditEntry
from apps.auth.queries.members import search_members
from omnify.api.fields import UNSET
from omnify.api.files import CsvFile, inert
from omnify.context import current_organization_id

#: The most entries of a file, which is built in memory.
MOST_EXPORTED: Final = 10_000
_SEARCHED: Final = ("action", "target_type", "target_id", "written", "address", "request_id")
_COLUMNS: Final = (
    *("sequence", "at", "service", "action", "outcome", "user_id", "actor"),
    *("target_type", "target_id", "details", "address", "request_id", "hash"),
)


def list_audit(query: AuditQuery) -> QuerySet[AuditEntry]:
    """Return the organization's audit entries that a query means, newest first."""
    rows = AuditEntry.objects.filter(organization_id=current_organization_id())
    bounds = {
        "action": query.action or UNSET,
        "user_id": query.user_id,
        "at__gte": query.since,
        "at__lt": query.until,
    }
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not UNSET})
    if not query.search:
        return rows
    members = search_members(query.search).order_by()
    found = Q(user_id__in=members.values("user_id"))
    for field in _SEARCHED:
        found |= Q(**{f"{field}__icontains": query.search})
    return rows.annotate(written=Cast("details", TextField())).filter(found)


def list_audit_actions() -> QuerySet[AuditEntry, str]:
    """Return the kinds of the organization's audit entries."""
    rows = AuditEntry.objects.filter(organization_id=current_organization_id())
    return rows.order_by("action").values_list("action", flat=True).distinct()


def list_exported(query: AuditQuery) -> list[AuditEntry]:
    """Return all of the organization's audit entries that a query means, newest first.

    Raises:
        AuditExportTooLargeError: they are more than ``MOST_EXPORTED``.
    """
    rows = list_audit(query)
    count = rows.count()
    if count > MOST_EXPORTED:
        raise AuditExportTooLargeError(count=count, limit=MOST_EXPORTED)
    return list(rows)


def export_audit(query: AuditQuery) -> CsvFile:
    """Return the entries of ``list_exported`` as a file, with ids."""
    return CsvFile(name="audit", columns=_COLUMNS, rows=tuple(map(_cells, list_exported(query))))


def _cells(row: AuditEntry) -> tuple[str, ...]:
    texts = {
        "at": row.at.isoformat().replace("+00:00", "Z"),
        "details": json.dumps(row.details, sort_keys=True, ensure_ascii=False),
        "user_id": str(row.user_id or ""),
    }
    return tuple(
        inert(texts.get(column, "") or str(getattr(row, column) or "")) for column in _COLUMNS
    )
