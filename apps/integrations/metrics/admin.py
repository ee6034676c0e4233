"""The operators' pages of metrics."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.metrics.models import DailyMetric
from omnify.tenancy.admin import TenantAdmin


@admin.register(DailyMetric)
class DailyMetricAdmin(TenantAdmin, ModelAdmin):
    """Daily metrics of all organizations."""

    list_display = ("date", "level", "entity_key", "currency", "organization_id")
    list_filter = ("level", "currency")
    search_fields = ("entity_key", "organization_id")
    date_hierarchy = "date"
    show_full_result_count = False
