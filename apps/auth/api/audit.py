"""The audit ledger."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.audit import AuditEntry
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView


class AuditView(ServiceView):
    """The organization's part of the audit ledger."""

    @route("org:admin", summary="List who did what in my organization")
    def get(self) -> Page[AuditEntry]:
        return self.page(queries.list_audit(), AuditEntry, ordering="-sequence")
