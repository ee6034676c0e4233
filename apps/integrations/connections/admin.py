"""The operators' pages of connections."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.connections.models import Connection
from omnify.tenancy.admin import TenantAdmin


@admin.register(Connection)
class ConnectionAdmin(TenantAdmin, ModelAdmin):
    """Connections of all organizations."""

    list_display = ("name", "platform", "status", "organization_id", "changed_at")
    list_filter = ("platform", "status")
    search_fields = ("name", "organization_id")
