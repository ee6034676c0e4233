"""What the API of actions takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from apps.integrations.contract import ActionProblem, ActionRequest, TargetState
from omnify.api.fields import Email
from omnify.services.messages import Message


class ActionInput(ActionRequest, kw_only=True):
    """An action that is asked for, or only tried."""

    dry_run: Annotated[bool, Meta(description="Tell what would be, and change nothing.")] = False


class ActionPreview(Message):
    """What an action would change; the platform was asked, where it has a way to."""

    status: Literal["possible", "not_supported"]
    before: TargetState
    after: Annotated[TargetState | None, Meta(description="Null where it is not supported.")]
    error: ActionProblem | None = None


_PropertyName = Annotated[str, Meta(max_length=128, pattern=r"^[^\x00]*$")]
_PropertyValue = Annotated[str, Meta(max_length=1000)]


class TriggerInput(Message, kw_only=True):
    """A contact to whom something happened; the address is passed through and kept nowhere."""

    connection_id: Annotated[
        UUID | None, Meta(description="Needed where the platform has several connections.")
    ] = None
    email: Email
    properties: Annotated[
        dict[_PropertyName, _PropertyValue],
        Meta(
            max_length=50,
            description="What the workflow or flow can use, by the platform's names.",
            examples=[{"plan": "pro"}],
        ),
    ] = {}  # noqa: RUF012 - msgspec copies it for each instance
    dry_run: Annotated[bool, Meta(description="Check the connection and its rights only.")] = False
    event: str


class WorkflowTrigger(TriggerInput, kw_only=True):
    """An occurrence of a custom event, for which HubSpot's workflows wait."""

    event: Annotated[
        str,
        Meta(
            max_length=128,
            pattern="^pe[0-9]+_[A-Za-z0-9_-]+$",
            description="HubSpot's whole name of it.",
            examples=["pe4711_trial_ended"],
        ),
    ]


class FlowTrigger(TriggerInput, kw_only=True):
    """An event of a metric, for which Klaviyo's flows wait."""

    event: Annotated[
        str,
        Meta(
            max_length=128,
            pattern=r"^[^@\s\x00][^@\x00]*$",
            description="The name of the metric; Klaviyo makes it if it has none.",
            examples=["Trial ended"],
        ),
    ]


class TriggerPreview(Message):
    """That nothing here stands against it."""

    status: Literal["possible"]
    connection_id: UUID
    event: Annotated[str, Meta(examples=["Trial ended"])]


class ActionsFilter(Message):
    """Which actions a list has."""

    connection_id: UUID | None = None
