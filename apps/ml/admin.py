"""The operators' view of ml."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.ml.models import StoredForecast
from omnify.tenancy.admin import TenantAdmin


@admin.register(StoredForecast)
class StoredForecastAdmin(TenantAdmin, ModelAdmin):
    """Forecasts that were made."""

    list_display = ("metric", "channel", "grain", "horizon", "organization_id", "made_at")
    list_filter = ("metric", "grain")
    exclude = ("result",)
