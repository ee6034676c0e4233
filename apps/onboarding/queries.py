"""Read how far the organization is in the wizard."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from apps.onboarding.models import StepRecord, Wizard
from apps.onboarding.steps import DEFINITION_VERSION, STEPS, Step

_DONE = ("completed", "skipped")


class StepState(msgspec.Struct, frozen=True):
    """A step, its status (``open``, ``completed`` or ``skipped``) and its data."""

    step: Step
    status: str
    data: dict[str, Any]
    done_at: datetime | None


class WizardState(msgspec.Struct, frozen=True):
    """The whole wizard; before its start, all steps are open and the version is 0."""

    steps: tuple[StepState, ...]
    version: int
    definition_version: int
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def present_step(self) -> str:
        """Return the name of the first open step, empty when none is open."""
        return next((state.step.name for state in self.steps if state.status not in _DONE), "")

    @property
    def percent(self) -> int:
        """Return how many percent of the required steps' minutes are done."""
        required = [state for state in self.steps if state.step.is_required]
        done = sum(state.step.minutes for state in required if state.status == "completed")
        return 100 * done // sum(state.step.minutes for state in required)


def find_wizard() -> Wizard | None:
    """Return the organization's wizard, None before its start."""
    return Wizard.objects.first()


def get_state() -> WizardState:
    """Return the state of the organization's wizard, also before its start."""
    wizard = find_wizard()
    records = {row.step: row for row in StepRecord.objects.all()} if wizard else {}
    return WizardState(
        steps=tuple(_step_state(step, records.get(step.name)) for step in STEPS),
        version=wizard.version if wizard else 0,
        definition_version=wizard.definition_version if wizard else DEFINITION_VERSION,
        started_at=wizard.started_at if wizard else None,
        completed_at=wizard.completed_at if wizard else None,
    )


def _step_state(step: Step, record: StepRecord | None) -> StepState:
    if record is None:
        return StepState(step, "open", {}, None)
    return StepState(step, record.status, record.data, record.done_at)
