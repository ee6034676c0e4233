"""The operators' pages of touchpoints."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.touchpoints.models import Touchpoint
from omnify.tenancy.admin import TenantAdmin


@admin.register(Touchpoint)
class TouchpointAdmin(TenantAdmin, ModelAdmin):
    """Touchpoints of all organizations."""

    list_display = ("date", "__str__", "campaign", "currency", "organization_id")
    list_filter = ("currency",)
    search_fields = ("campaign", "organization_id")
    date_hierarchy = "date"
    show_full_result_count = False
