"""The jobs that carry actions out, and that end those whose job died."""

from __future__ import annotations

from django.utils import timezone

from apps.integrations.actions.operations.carrying_out import EndLeftActions, carry_out, end_left
from apps.integrations.actions.operations.requesting import CarryOutAction
from apps.integrations.actions.queries import has_left
from omnify.jobs import Cron, job
from omnify.jobs.runs import Run


@job(CarryOutAction)
def carry_out_action(run: Run, job_input: CarryOutAction) -> None:
    """Do what was asked for, and keep how it ended."""
    carry_out(job_input.action_id, now=timezone.now())


@job(EndLeftActions, schedule=Cron("* * * * *"), only_if=has_left)
def end_left_actions(run: Run, _job_input: EndLeftActions) -> int:
    """End actions whose job ended without ending them, in minutes in which there are any."""
    return run.call(end_left, timezone.now())
