"""Show operators what analytics keeps."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.analytics.models import SavedView
from omnify.tenancy.admin import TenantAdmin


@admin.register(SavedView)
class SavedViewAdmin(TenantAdmin, ModelAdmin):
    """Show the saved views of all organizations."""

    list_display = ("name", "organization_id", "created_by", "created_at")
    search_fields = ("name", "organization_id")
