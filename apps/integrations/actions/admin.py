"""The operators' page of actions on platforms."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.actions.models import PlatformAction
from omnify.tenancy.admin import TenantAdmin


@admin.register(PlatformAction)
class PlatformActionAdmin(TenantAdmin, ModelAdmin):
    """What was done on platforms, and what became of it."""

    list_display = ("created_at", "action", "level", "target_id", "status", "organization_id")
    list_filter = ("status", "action")
    search_fields = ("target_id", "connection_id", "organization_id")
    date_hierarchy = "created_at"
    show_full_result_count = False
