"""What the API of actions takes and answers, and what its jobs take."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from apps.integrations.contract import ActionProblem, ActionRequest, TargetState
from omnify.jobs import JobInput
from omnify.services.messages import Message


class CarryOutAction(JobInput):
    """Do what was asked for."""

    kind = "integrations.carry_out_action"

    action_id: UUID


class EndLeftActions(JobInput):
    """End actions whose job ended without ending them."""

    kind = "integrations.end_left_actions"


class ActionInput(ActionRequest, kw_only=True):
    """An action that is asked for, or only tried."""

    dry_run: Annotated[
        bool, Meta(description="Only read, and tell what would be; nothing is changed.")
    ] = False


class ActionPreview(Message):
    """What an action would change; the platform was asked, where it has a way to."""

    status: Literal["possible", "not_supported"]
    before: TargetState
    after: Annotated[TargetState | None, Meta(description="Null where it is not supported.")]
    error: ActionProblem | None = None


class ActionsFilter(Message):
    """Which actions a list has."""

    connection_id: UUID | None = None
