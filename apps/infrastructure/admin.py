"""The operators' view of infrastructure."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.infrastructure.models import BackendState
from omnify.tenancy.admin import ReadOnlyAdmin


@admin.register(BackendState)
class BackendStateAdmin(ReadOnlyAdmin, ModelAdmin):
    """How the back-ends are."""

    list_display = ("backend", "status", "since", "latency_ms", "version", "checked_at")
    list_filter = ("status",)
