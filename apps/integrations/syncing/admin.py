"""The operators' pages of runs."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.syncing.models import SyncRun
from omnify.tenancy.admin import TenantAdmin


@admin.register(SyncRun)
class SyncRunAdmin(TenantAdmin, ModelAdmin):
    """Runs of all organizations."""

    list_display = ("created_at", "connection_id", "state", "error_code", "organization_id")
    list_filter = ("state", "error_code")
    search_fields = ("connection_id", "organization_id", "request_id")
    date_hierarchy = "created_at"
    show_full_result_count = False
