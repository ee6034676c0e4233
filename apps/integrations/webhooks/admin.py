"""The operators' page of what platforms pushed."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.integrations.webhooks.models import WebhookDelivery
from omnify.tenancy.admin import ReadOnlyAdmin


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin, ModelAdmin):
    """What platforms pushed, and when it was carried out."""

    list_display = ("received_at", "platform", "topic", "account", "organization_id", "handled_at")
    list_filter = ("platform", "kind")
    search_fields = ("external_id", "account", "organization_id")
    date_hierarchy = "received_at"
    show_full_result_count = False
