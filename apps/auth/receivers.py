"""What auth does with events."""

from __future__ import annotations

from apps.auth.operations.audit import append_entry
from omnify.api.audit import AuditRecorded
from omnify.events import on


@on(AuditRecorded)
def append_to_ledger(event: AuditRecorded) -> None:
    """Append it to the audit chain."""
    append_entry(event)
