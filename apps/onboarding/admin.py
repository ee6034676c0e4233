"""The operators' view of onboarding."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.onboarding.models import StepRecord, Wizard
from omnify.tenancy.admin import TenantAdmin


@admin.register(Wizard)
class WizardAdmin(TenantAdmin, ModelAdmin):
    """How far organizations are."""

    list_display = ("organization_id", "version", "started_at", "completed_at")
    search_fields = ("organization_id",)


@admin.register(StepRecord)
class StepRecordAdmin(TenantAdmin, ModelAdmin):
    """Steps that were taken."""

    list_display = ("step", "status", "organization_id", "done_at")
    list_filter = ("step", "status")
