"""What onboarding's API reads, and what it shows."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.onboarding.queries import StepState, WizardState
from omnify.api.fields import TextField


class StepDataSerializer(serializers.Serializer[Any]):
    """A step's data, and the version of the wizard that it was filled in on."""

    data = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]
    version = serializers.IntegerField(required=False, default=None, min_value=0, allow_null=True)


class StepSerializer(serializers.Serializer[Any]):
    """A step and how it is."""

    name = TextField()
    minutes = serializers.IntegerField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    status = serializers.ChoiceField(["open", "completed", "skipped"])
    data = serializers.DictField()  # type: ignore[assignment]
    done_at = serializers.DateTimeField(allow_null=True)


class StatusSerializer(serializers.Serializer[Any]):
    """The wizard; ``step`` is the one to do next, empty when all are done."""

    step = TextField()
    steps = StepSerializer(many=True)
    progress = serializers.IntegerField(help_text="Percent of the required steps' minutes.")
    version = serializers.IntegerField()
    definition_version = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)


def status_body(state: WizardState) -> dict[str, Any]:
    """The wizard as JSON."""
    return {
        "step": state.present_step,
        "steps": [step_body(step) for step in state.steps],
        "progress": state.percent,
        "version": state.version,
        "definition_version": state.definition_version,
        "started_at": state.started_at and state.started_at.isoformat(),
        "completed_at": state.completed_at and state.completed_at.isoformat(),
    }


def step_body(state: StepState) -> dict[str, Any]:
    """A step as JSON."""
    return {
        "name": state.step.name,
        "minutes": state.step.minutes,
        "required": state.step.is_required,
        "status": state.status,
        "data": state.data,
        "done_at": state.done_at and state.done_at.isoformat(),
    }
