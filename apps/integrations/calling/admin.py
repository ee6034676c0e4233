"""The operators' pages of quotas and of what platforms answered."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.calling.models import Quota, RawAnswer
from omnify.tenancy.admin import ReadOnlyAdmin, TenantAdmin


@admin.register(Quota)
class QuotaAdmin(ReadOnlyAdmin, ModelAdmin):
    """The ledger of all platforms' quotas."""

    list_display = ("platform", "key", "seconds", "used", "closed_until")
    list_filter = ("platform",)
    search_fields = ("key",)


@admin.register(RawAnswer)
class RawAnswerAdmin(TenantAdmin, ModelAdmin):
    """What platforms answered, by runs."""

    list_display = ("at", "method", "path", "status", "run_id", "organization_id")
    list_filter = ("status",)
    search_fields = ("run_id", "connection_id", "organization_id")
    date_hierarchy = "at"
    show_full_result_count = False
