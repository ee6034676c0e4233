"""The tables of agents and their executions."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from omnify.tenancy import TenantModel


class Agent(TenantModel):
    """An analyst of an organization: a type with a name."""

    class Type(models.TextChoices):
        """The kind of work that an agent does."""

        ANALYTICS = "analytics"

    type = models.CharField(max_length=40, choices=Type)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("organization_id", "name"), name="agent_name_unique"),
        )

    def __str__(self) -> str:
        return self.name


class Execution(TenantModel):
    """One run of an agent, completed or failed."""

    class Status(models.TextChoices):
        """How the run ended."""

        COMPLETED = "completed"
        FAILED = "failed"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="executions")
    status = models.CharField(max_length=20, choices=Status)
    provider = models.CharField(max_length=40)
    input = models.JSONField(default=dict)
    output = models.JSONField(null=True)
    sources = models.JSONField(default=list)
    error = models.JSONField(null=True)
    created_by = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.agent_id} {self.status}"
