"""The operators' page of what platforms pushed."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin
from django.utils import timezone
from unfold.admin import ModelAdmin

from apps.integrations.webhooks.models import WebhookDelivery
from omnify.tenancy.admin import ReadOnlyAdmin


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin, ModelAdmin):
    """What platforms pushed, and when it was carried out."""

    list_display = ("received_at", "platform", "topic", "account", "organization_id", "lag")
    list_filter = ("platform", "kind", ("handled_at", admin.EmptyFieldListFilter))
    search_fields = ("external_id", "account", "organization_id")
    date_hierarchy = "received_at"
    show_full_result_count = False

    @admin.display(description="Carried out after", ordering="handled_at")
    def lag(self, row: WebhookDelivery) -> str:
        """Return how long it took from its arrival, or for how long it waits."""
        if row.handled_at is None:
            return f"waits for {_seconds(timezone.now() - row.received_at)}"
        return _seconds(row.handled_at - row.received_at)


def _seconds(time: timedelta) -> str:
    return f"{time.total_seconds():.1f} s"
