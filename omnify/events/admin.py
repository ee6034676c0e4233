"""The operators' view of events, in the database of the slice that serves the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from omnify.events.dead_letters import discard, replay
from omnify.events.models import Delivery, Outbox
from omnify.tenancy.admin import ReadOnlyAdmin


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin, ModelAdmin):
    """Events that wait to be relayed."""

    list_display = ("topic", "key", "shard", "created_at")
    list_filter = ("topic",)
    exclude = ("payload", "origin")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin, ModelAdmin):
    """Events that were received, and the ones that failed for good."""

    list_display = ("topic", "subscriber", "key", "state", "attempts", "error", "created_at")
    list_filter = ("state", "subscriber", "topic")
    search_fields = ("key", "event_id")
    exclude = ("payload", "origin")
    actions = ("replay_dead", "discard_dead")

    @admin.action(description="Handle the dead ones again")
    def replay_dead(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Handle the chosen dead deliveries again."""
        self.message_user(request, f"{replay(queryset)} deliveries will be handled again.")

    @admin.action(description="Discard the dead ones")
    def discard_dead(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Discard the chosen dead deliveries."""
        self.message_user(request, f"{discard(queryset)} deliveries discarded.")
