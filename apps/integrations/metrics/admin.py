"""The operators' pages of metrics."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.metrics.models import DailyMetric, Entity
from omnify.tenancy.admin import TenantAdmin


@admin.register(DailyMetric)
class DailyMetricAdmin(TenantAdmin, ModelAdmin):
    """Daily metrics of all organizations."""

    list_display = ("date", "level", "entity_key", "currency", "organization_id")
    list_filter = ("level", "currency")
    search_fields = ("entity_key", "organization_id")
    date_hierarchy = "date"
    show_full_result_count = False


@admin.register(Entity)
class EntityAdmin(TenantAdmin, ModelAdmin):
    """Campaigns, ad groups and ads of all organizations."""

    list_display = ("name", "level", "status", "channel_type", "last_date", "organization_id")
    list_filter = ("level",)
    search_fields = ("name", "external_id", "organization_id")
    show_full_result_count = False
