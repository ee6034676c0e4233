"""The operators' view of analytics."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.analytics.models import SavedView
from omnify.tenancy.admin import TenantAdmin


@admin.register(SavedView)
class SavedViewAdmin(TenantAdmin, ModelAdmin):
    """Queries that people keep."""

    list_display = ("name", "organization_id", "created_by", "created_at")
    search_fields = ("name", "organization_id")
