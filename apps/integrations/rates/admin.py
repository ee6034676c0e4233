"""The operators' pages of exchange rates."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.rates.models import ExchangeRate, SharedRate
from omnify.tenancy.admin import ReadOnlyAdmin, TenantAdmin


@admin.register(ExchangeRate)
class ExchangeRateAdmin(TenantAdmin, ModelAdmin):
    """Exchange rates of all organizations."""

    list_display = ("date", "base", "rate", "currency", "source", "organization_id")
    list_filter = ("base", "currency")
    search_fields = ("organization_id",)
    date_hierarchy = "date"
    show_full_result_count = False


@admin.register(SharedRate)
class SharedRateAdmin(ReadOnlyAdmin, ModelAdmin):
    """The exchange rates that all organizations share."""

    list_display = ("date", "base", "rate", "currency", "source")
    list_filter = ("base", "currency")
    date_hierarchy = "date"
    show_full_result_count = False
