"""The operators' pages of platforms' accounts."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.accounts.models import PlatformAccount
from omnify.tenancy.admin import TenantAdmin


@admin.register(PlatformAccount)
class PlatformAccountAdmin(TenantAdmin, ModelAdmin):
    """Accounts of all organizations."""

    list_display = ("name", "platform", "external_id", "is_chosen", "timezone", "organization_id")
    list_filter = ("platform", "is_chosen")
    search_fields = ("external_id", "name", "organization_id")
