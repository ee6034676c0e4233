"""The wizard and its steps, as the API has them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from omnify.api.pagination import Results
from omnify.services.messages import AwareDatetime, Message

FieldName = Annotated[str, Meta(max_length=64)]
StepData = Annotated[
    dict[FieldName, Any],
    Meta(
        max_length=50,
        description="The answers of the step, by field.",
        examples=[{"role": "cmo"}],
    ),
]


class StepInput(Message):
    """The data of a step, and the version of the wizard that the user saw."""

    data: StepData = field(default_factory=dict)
    version: Annotated[int, Meta(ge=0, le=2**31 - 1, examples=[1])] | None = None


class StepState(Message):
    """A step and its status."""

    name: Annotated[str, Meta(examples=["role_selection"])]
    minutes: Annotated[int, Meta(description="How long the step takes.")]
    required: bool
    status: Literal["open", "completed", "skipped"]
    data: StepData
    done_at: AwareDatetime | None


class WizardState(Message):
    """The whole wizard; before its start, all steps are open and the version is 0."""

    step: Annotated[str, Meta(description="The first open step, empty when none is open.")]
    steps: tuple[StepState, ...]
    progress: Annotated[int, Meta(description="Percent of the required steps' minutes.")]
    version: Annotated[int, Meta(description="Grows with each change.")]
    definition_version: int
    started_at: AwareDatetime | None
    completed_at: AwareDatetime | None


class WizardRoleList(Results[str]):
    """The roles to choose from."""


class Achievement(Message):
    """The reward for a step."""

    name: Annotated[str, Meta(examples=["first_steps"])]
    points: Annotated[int, Meta(examples=[10])]
    is_earned: bool
