"""The operators' pages of quotas and of what platforms answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin

from apps.integrations.calling.models import Quota, RawAnswer
from apps.integrations.calling.operations.ledger import tell_standing
from apps.integrations.connections.queries import list_versions
from omnify.tenancy.admin import ReadOnlyAdmin, TenantAdmin


@admin.register(Quota)
class QuotaAdmin(ReadOnlyAdmin, ModelAdmin):
    """The ledger of all platforms' quotas, below the versions of their APIs."""

    list_display = ("platform", "key", "window", "spent", "allowed", "spent_until")
    list_filter = ("platform",)
    search_fields = ("key",)
    list_before_template = "omnify_integrations/calling/versions.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions of platforms' APIs, and when they end, above the quotas."""
        versions = {"versions": _versions_table(timezone.now().date())}
        context = {**(extra_context or {}), **versions}
        page: HttpResponse = super().changelist_view(request, context)
        return page

    @admin.display(ordering="seconds")
    def window(self, row: Quota) -> str:
        """Return the time in which calls count."""
        return str(timedelta(seconds=row.seconds)) if row.seconds else "the platform's"

    @admin.display(description="Used")
    def spent(self, row: Quota) -> str:
        """Return the calls that count now, or the part that the platform says is spent."""
        spent = tell_standing(row, timezone.now()).spent
        return f"{row.used:.0%}" if spent is None else f"{spent:,}"

    @admin.display(description="Allowed", ordering="calls")
    def allowed(self, row: Quota) -> str:
        """Return the calls that it allows, where the platform says so in its documents."""
        return f"{row.calls:,}" if row.calls else "-"

    @admin.display(description="Spent until")
    def spent_until(self, row: Quota) -> datetime | None:
        """Return when it may be asked again, None where it may now."""
        return tell_standing(row, timezone.now()).until


@admin.register(RawAnswer)
class RawAnswerAdmin(TenantAdmin, ModelAdmin):
    """What platforms answered, by runs."""

    list_display = ("at", "method", "path", "status", "run_id", "organization_id")
    list_filter = ("status",)
    search_fields = ("run_id", "connection_id", "organization_id")
    date_hierarchy = "at"
    show_full_result_count = False


def _versions_table(today: date) -> dict[str, Any]:
    rows = [
        (each.name, each.version, each.ends or "-", _say_days(each.ends, today), each.connections)
        for each in list_versions()
    ]
    return {"headers": ["Platform", "Version", "Ends on", "Days left", "Connections"], "rows": rows}


def _say_days(ends: date | None, today: date) -> str:
    if ends is None:
        return "not known"
    return f"{(ends - today).days:,}" if ends > today else "ended"
