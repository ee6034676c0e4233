"""What the API of accounts takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from apps.integrations.connections.messages import ExternalName
from omnify.services.messages import AwareDatetime, Message


class PlatformAccount(Message, rename={"external_id": "id"}):
    """An account of a platform that a connection can see."""

    external_id: Annotated[str, Meta(description="The platform's.", examples=["act_1029384756"])]
    name: ExternalName
    currency: Annotated[str, Meta(description="Of its money; or unknown.", examples=["EUR"])]
    timezone: Annotated[str, Meta(description="Of its days.", examples=["Europe/Berlin"])]
    is_active: Annotated[bool, Meta(description="As the platform says.")]
    is_chosen: Annotated[bool, Meta(description="Whether its numbers are read.")]
    brand_id: Annotated[UUID | None, Meta(description="An agency's client.")]
    depth_days: Annotated[int | None, Meta(description="Of metrics; null for all.", examples=[90])]
    seen_at: Annotated[AwareDatetime, Meta(description="When the platform named it last.")]
    parent_id: Annotated[str, Meta(description="Of the account that it is managed by.")] = ""


class ChosenAccount(Message):
    """An account that is to be read, and the brand that its numbers are of."""

    id: Annotated[str, Meta(min_length=1, max_length=128, description="As the list has it.")]
    brand_id: UUID | None = None


class AccountsChoice(Message):
    """Which accounts of a connection are read; what is not named is read no more, and kept.

    Of one that is named twice the last counts. Orders and customers are read whole.
    """

    accounts: Annotated[tuple[ChosenAccount, ...], Meta(max_length=1000)]
    depth: Annotated[Literal[30, 90, 365, "all"], Meta(description="Days of metrics to read.")] = 90
