"""Read how far the organization is in the wizard."""

from __future__ import annotations

from apps.onboarding.messages import Achievement, StepState, WizardState
from apps.onboarding.models import StepRecord, Wizard
from apps.onboarding.steps import DEFINITION_VERSION, STEPS, Step, get_step
from omnify.services.messages import as_message


def find_wizard() -> Wizard | None:
    """Return the organization's wizard, None before its start."""
    return Wizard.objects.first()


def get_state() -> WizardState:
    """Return the state of the organization's wizard, also before its start."""
    wizard = find_wizard()
    records = {row.step: row for row in StepRecord.objects.all()} if wizard else {}
    steps = tuple(_step_state(step, records.get(step.name)) for step in STEPS)
    return WizardState(
        step=next((step.name for step in steps if step.status == "open"), ""),
        steps=steps,
        progress=_percent(steps),
        version=wizard.version if wizard else 0,
        definition_version=wizard.definition_version if wizard else DEFINITION_VERSION,
        started_at=wizard.started_at if wizard else None,
        completed_at=wizard.completed_at if wizard else None,
    )


def get_step_state(name: str) -> StepState:
    """Return the state of a step.

    Raises:
        StepUnknownError: the wizard has no step of this name.
    """
    step = get_step(name)
    return _step_state(step, StepRecord.objects.filter(step=step.name).first())


def list_achievements() -> tuple[Achievement, ...]:
    """Return the achievements of all steps, earned or not, in order."""
    return tuple(
        Achievement(
            name=step.achievement, points=step.points, is_earned=state.status == "completed"
        )
        for step, state in zip(STEPS, get_state().steps, strict=True)
    )


def _step_state(step: Step, record: StepRecord | None) -> StepState:
    return as_message(
        StepState,
        step,
        required=step.is_required,
        status=record.status if record else "open",
        data=record.data if record else {},
        done_at=record.done_at if record else None,
    )


def _percent(steps: tuple[StepState, ...]) -> int:
    """Return how many percent of the required steps' minutes are done."""
    required = [step for step in steps if step.required]
    done = sum(step.minutes for step in required if step.status == "completed")
    return 100 * done // sum(step.minutes for step in required)
