"""Show operators how far organizations are."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.onboarding.models import StepRecord, Wizard
from omnify.tenancy.admin import TenantAdmin


@admin.register(Wizard)
class WizardAdmin(TenantAdmin, ModelAdmin):
    """Show the wizards of all organizations."""

    list_display = ("organization_id", "version", "started_at", "completed_at")
    search_fields = ("organization_id",)


@admin.register(StepRecord)
class StepRecordAdmin(TenantAdmin, ModelAdmin):
    """Show the completed and skipped steps."""

    list_display = ("step", "status", "organization_id", "done_at")
    list_filter = ("step", "status")
