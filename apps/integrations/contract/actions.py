"""What is done on platforms: changes of budgets, pauses, and what became of each."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from omnify.services.messages import AwareDatetime, Message

_Amount = Annotated[
    Decimal,
    Meta(
        description="Of a day, in the currency's units; never finer than the platform takes it.",
        examples=["120.00"],
        extra_json_schema={
            "type": ["string", "number"],
            "pattern": r"^[0-9]{1,12}(\.[0-9]{1,6})?$",
        },
    ),
]
_Currency = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=3,
        pattern="^[A-Z]{3}$",
        description="That of the account.",
        examples=["EUR"],
    ),
]
Status = Literal["queued", "done", "failed", "unknown", "not_supported"]


class ActionTarget(Message):
    """What an action is about, by the platform's own id."""

    level: Annotated[
        Literal["campaign", "ad_group", "ad"],
        Meta(description="An ad group is what Meta calls an ad set.", examples=["campaign"]),
    ]
    id: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=128,
            pattern=r"^[A-Za-z0-9_.:~-]+$",
            description="As metrics and the platform have it.",
            examples=["311"],
        ),
    ]


class ActionSubject(Message):
    """What an action was about, by the platform's own id or name."""

    level: Annotated[
        str,
        Meta(
            description="`event` of what was triggered.",
            examples=["campaign"],
            extra_json_schema={"enum": ["campaign", "ad_group", "ad", "event"]},
        ),
    ]
    id: Annotated[str, Meta(examples=["311"])]


class ActionRequest(Message):
    """What is to be done on a connection's platform; money is needed to set a budget alone."""

    connection_id: UUID
    action: Annotated[Literal["set_budget", "pause", "resume"], Meta(examples=["set_budget"])]
    target: ActionTarget
    amount: _Amount | None = None
    currency: _Currency | None = None


class TargetState(Message):
    """How a target is at its platform."""

    status: Annotated[
        str,
        Meta(description="active, paused, or the platform's word.", examples=["active"]),
    ]
    amount: Annotated[
        str | None,
        Meta(description="Its budget of a day; null where it holds none.", examples=["120.00"]),
    ] = None
    currency: Annotated[str, Meta(description="The account's.", examples=["EUR"])] = ""


class ActionProblem(Message):
    """Why an action was not carried out, or why nobody knows."""

    code: Annotated[str, Meta(examples=["budget_is_shared"])]
    message: str
    request_id: Annotated[str, Meta(description="The platform's name of the exchange.")] = ""


class PlatformAction(Message):
    """An action on a platform, with what was there before and what is there after it."""

    id: UUID
    connection_id: UUID
    action: Annotated[
        str,
        Meta(
            examples=["set_budget"],
            extra_json_schema={"enum": ["set_budget", "pause", "resume", "trigger"]},
        ),
    ]
    target: ActionSubject
    amount: Annotated[str | None, Meta(description="What was asked for.", examples=["120.00"])]
    currency: Annotated[str | None, Meta(examples=["EUR"])]
    status: Annotated[
        Status,
        Meta(
            description="`unknown`: the platform's answer was lost, and reading did not tell either"
            " whether it was carried out."
        ),
    ]
    before: TargetState | None
    after: TargetState | None
    error: ActionProblem | None
    account: Annotated[str, Meta(description="The platform's id of the account, once known.")]
    reverts: Annotated[UUID | None, Meta(description="The action that it takes back.")]
    requested_by: UUID | None
    created_at: AwareDatetime
    finished_at: AwareDatetime | None
