"""The operators' pages of imports."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.imports.models import CsvImport
from omnify.tenancy.admin import TenantAdmin


@admin.register(CsvImport)
class CsvImportAdmin(TenantAdmin, ModelAdmin):
    """Imports of files."""

    list_display = ("file_name", "state", "rows", "metrics", "organization_id", "created_at")
    search_fields = ("file_name", "organization_id")
