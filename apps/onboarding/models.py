"""The tables of wizards and their steps."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class Wizard(TenantModel):
    """An organization's progress through the steps; ``version`` counts its changes."""

    definition_version = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization_id",), name="wizard_of_organization"),
        )

    def __str__(self) -> str:
        return f"wizard of {self.organization_id}"


class StepRecord(TenantModel):
    """A step that was completed or skipped."""

    class Status(models.TextChoices):
        """Whether the step was completed or skipped."""

        COMPLETED = "completed"
        SKIPPED = "skipped"

    wizard = models.ForeignKey(Wizard, on_delete=models.CASCADE, related_name="records")
    step = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=Status)
    data = models.JSONField(default=dict)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("wizard", "step"), name="step_record_unique"),
        )

    def __str__(self) -> str:
        return f"{self.step} {self.status}"
