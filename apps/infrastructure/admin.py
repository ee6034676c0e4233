"""Show operators the states of the back-ends."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.infrastructure.models import BackendState
from omnify.tenancy.admin import ReadOnlyAdmin


@admin.register(BackendState)
class BackendStateAdmin(ReadOnlyAdmin, ModelAdmin):
    """Show the state of each back-end."""

    list_display = ("backend", "status", "since", "latency_ms", "version", "checked_at")
    list_filter = ("status",)
