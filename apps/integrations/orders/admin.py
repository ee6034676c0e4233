"""The operators' pages of orders."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.orders.models import Order
from omnify.tenancy.admin import TenantAdmin


@admin.register(Order)
class OrderAdmin(TenantAdmin, ModelAdmin):
    """Orders of all organizations."""

    list_display = (
        *("date", "number", "channel", "status", "currency", "is_test", "organization_id"),
    )
    list_filter = ("currency", "is_refund", "is_test")
    search_fields = ("number", "organization_id")
    date_hierarchy = "date"
    show_full_result_count = False
