"""Show operators what agentkit keeps."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.agentkit.models import Agent, Execution
from omnify.tenancy.admin import TenantAdmin


@admin.register(Agent)
class AgentAdmin(TenantAdmin, ModelAdmin):
    """Show the agents of all organizations."""

    list_display = ("name", "type", "organization_id", "created_at")
    search_fields = ("name", "organization_id")


@admin.register(Execution)
class ExecutionAdmin(TenantAdmin, ModelAdmin):
    """Show the executions of all agents."""

    list_display = ("id", "agent_id", "status", "provider", "organization_id", "started_at")
    list_filter = ("status", "provider")
    search_fields = ("organization_id",)
