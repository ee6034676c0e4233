"""Start the wizard, complete its steps and skip them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from apps.analytics.contract import Analytics, SeriesQuery
from apps.integrations.contract import Integrations
from apps.onboarding.exceptions import (
    StepInvalidError,
    StepOutOfOrderError,
    StepRequiredError,
    StepUnprovenError,
    WizardChangedError,
    WizardNotStartedError,
)
from apps.onboarding.messages import StepInput, WizardState
from apps.onboarding.models import StepRecord, Wizard
from apps.onboarding.queries import find_wizard, get_state
from apps.onboarding.steps import DEFINITION_VERSION, STEPS, find_step_problems, get_step
from omnify.context import current, current_organization_id
from omnify.db import atomic
from omnify.exceptions import InsufficientDataError
from omnify.idempotency import once
from omnify.services import client_of

_LAST_STEP = STEPS[-1].name


def start_wizard(*, now: datetime) -> WizardState:
    """Start the organization's wizard; a second start changes nothing."""
    with atomic("onboarding"):
        Wizard.objects.get_or_create(
            organization_id=current_organization_id(),
            defaults={"definition_version": DEFINITION_VERSION, "started_at": now},
        )
    return get_state()


def complete_step(name: str, step_input: StepInput, *, now: datetime) -> WizardState:
    """Complete a step; equal data a second time changes nothing.

    Raises:
        StepUnknownError: the wizard has no step of this name.
        StepInvalidError: the data is not valid.
        WizardNotStartedError: the wizard was not started.
        StepOutOfOrderError: an earlier step is open.
        StepUnprovenError: the system has no proof that the step was done.
        WizardChangedError: ``version`` is not the present one.
    """
    step, data = get_step(name), step_input.data
    problems = find_step_problems(name, data)
    if problems:
        errors = [{"field": field, "message": message} for field, message in problems]
        raise StepInvalidError(step=name, errors=errors)
    state = _refuse_out_of_order(name)
    if any((s.name, s.status, s.data) == (step.name, "completed", data) for s in state.steps):
        return state
    _refuse_unproven(name)
    return _record(name, StepRecord.Status.COMPLETED, data, step_input.version, now)


def skip_step(name: str, *, version: int | None, now: datetime) -> WizardState:
    """Skip an optional step.

    Raises:
        StepUnknownError: the wizard has no step of this name.
        StepRequiredError: the step is required.
        WizardNotStartedError: the wizard was not started.
        StepOutOfOrderError: an earlier step is open.
        WizardChangedError: ``version`` is not the present one.
    """
    if get_step(name).is_required:
        raise StepRequiredError(step=name)
    _refuse_out_of_order(name)
    return _record(name, StepRecord.Status.SKIPPED, {}, version, now)


def _refuse_out_of_order(name: str) -> WizardState:
    state = get_state()
    if state.started_at is None:
        raise WizardNotStartedError
    for earlier in state.steps:
        if earlier.name == name:
            break
        if earlier.status == "open":
            raise StepOutOfOrderError(step=name, needed=earlier.name)
    return state


def _refuse_unproven(name: str) -> None:
    if name == "platform_connection" and not client_of(Integrations).list_connections():
        raise StepUnprovenError(step=name, reason="no platform is connected and no file imported.")
    if name == "success_demo":
        try:
            client_of(Analytics).daily_series(SeriesQuery(measure="spend", grain="month"))
        except InsufficientDataError as error:
            raise StepUnprovenError(step=name, reason="there are no metrics to show.") from error


def _record(
    name: str, status: str, data: dict[str, Any], version: int | None, now: datetime
) -> WizardState:
    wizard = find_wizard()
    if wizard is None:
        raise WizardNotStartedError
    expected = wizard.version if version is None else version
    done_at = now if name == _LAST_STEP else wizard.completed_at
    request = {"step": name, "status": status, "data": data, "version": version}
    with once("onboarding", "record_step", request, str) as slot:
        # Of two requests at one version, one moves the wizard to the next.
        moved = slot.answer or Wizard.objects.filter(id=wizard.id, version=expected).update(
            version=F("version") + 1, completed_at=done_at
        )
        if moved and slot.answer is None:
            slot.keep(name)
            StepRecord.objects.update_or_create(
                wizard=wizard,
                step=name,
                defaults={
                    "status": status,
                    "data": data,
                    "done_at": now,
                    "done_by": current().principal.user_id,
                },
            )
    state = get_state()
    if not moved:
        raise WizardChangedError(version=state.version, step=state.step)
    return state
