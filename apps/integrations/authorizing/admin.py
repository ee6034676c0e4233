"""The operators' page of tokens that are renewed: when, and why not."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.authorizing.models import Credential
from omnify.tenancy.admin import TenantAdmin


@admin.register(Credential)
class CredentialAdmin(TenantAdmin, ModelAdmin):
    """How the renewal of each connection's token goes; never the token itself."""

    fields = (
        *("connection", "organization_id", "version", "refreshed_at"),
        *("expires_at", "refresh_expires_at", "failing_since", "ended_at", "ended_words"),
    )
    list_display = (
        *("connection", "organization_id", "refreshed_at", "expires_at"),
        *("failing_since", "ended_at"),
    )
    list_filter = (
        ("failing_since", admin.EmptyFieldListFilter),
        ("ended_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("connection",)
    search_fields = ("connection_id", "organization_id")
