"""The audit ledger."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.audit import AuditEntry, AuditQuery
from omnify.api.files import CsvFile
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView


class AuditView(ServiceView):
    @route("org:admin", summary="List who did what in my organization")
    def get(self, query: AuditQuery) -> Page[AuditEntry]:
        return self.page(queries.list_audit(query), AuditEntry, ordering="-sequence")


class AuditExportView(ServiceView):
    @route(
        "org:admin",
        summary="Export who did what in my organization",
        description="A CSV file of at most 10,000 entries; more are refused.",
    )
    def get(self, query: AuditQuery) -> CsvFile:
        return queries.export_audit(query)
