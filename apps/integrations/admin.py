"""The operators' view of integrations."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.models import Connection, CsvImport, DailyMetric
from omnify.tenancy.admin import TenantAdmin


@admin.register(Connection)
class ConnectionAdmin(TenantAdmin, ModelAdmin):
    """What organizations have connected."""

    list_display = ("name", "platform", "status", "organization_id", "changed_at")
    list_filter = ("platform", "status")
    search_fields = ("name", "organization_id")


@admin.register(CsvImport)
class CsvImportAdmin(TenantAdmin, ModelAdmin):
    """Files that were taken."""

    list_display = ("file_name", "rows", "metrics", "organization_id", "created_at")
    search_fields = ("file_name", "organization_id")


@admin.register(DailyMetric)
class DailyMetricAdmin(TenantAdmin, ModelAdmin):
    """Normalised metrics."""

    list_display = ("date", "level", "entity_key", "currency", "organization_id")
    list_filter = ("level", "currency")
    search_fields = ("entity_key", "organization_id")
    date_hierarchy = "date"
    show_full_result_count = False
