"""What the API of accounts takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from omnify.services.messages import AwareDatetime, Message

_MOST_ACCOUNTS = 1000


class PlatformAccount(Message):
    """An account of a platform that a connection can see."""

    id: Annotated[str, Meta(description="The platform's.", examples=["act_1029384756"])]
    name: Annotated[str, Meta(examples=["Shop GmbH"])]
    currency: Annotated[str, Meta(description="Of its money; or unknown.", examples=["EUR"])]
    timezone: Annotated[str, Meta(description="Of its days.", examples=["Europe/Berlin"])]
    is_active: Annotated[bool, Meta(description="As the platform says.")]
    is_chosen: Annotated[bool, Meta(description="Whether its numbers are read.")]
    brand_id: Annotated[UUID | None, Meta(description="An agency's client.")]
    depth_days: Annotated[
        int | None,
        Meta(description="How far back its metrics are read; null for all.", examples=[90]),
    ]
    seen_at: Annotated[AwareDatetime, Meta(description="When the platform named it last.")]
    parent_id: Annotated[str, Meta(description="Of the account that it is managed by.")] = ""


class ChosenAccount(Message):
    """An account that is to be read, and the brand that its numbers are of."""

    id: Annotated[
        str, Meta(min_length=1, max_length=128, description="As the list of accounts has it.")
    ]
    brand_id: UUID | None = None


class AccountsChoice(Message):
    """Which accounts of a connection are read; what is not named is read no more, and kept."""

    accounts: Annotated[
        tuple[ChosenAccount, ...],
        Meta(max_length=_MOST_ACCOUNTS, description="Of one that is named twice the last counts."),
    ]
    depth: Annotated[
        Literal[30, 90, 365, "all"],
        Meta(
            description="Days of metrics, back from today. Orders and customers are read whole.",
            examples=[90],
        ),
    ] = 90
