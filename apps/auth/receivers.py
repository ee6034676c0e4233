"""What auth does with events."""

from __future__ import annotations

from apps.auth.operations.audit import append_entry
from omnify.events import on
from omnify.identity.audit import AuditRecorded


@on(AuditRecorded)
def append_to_ledger(event: AuditRecorded) -> None:
    """Append it to the audit chain."""
    append_entry(event)
