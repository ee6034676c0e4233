"""What lookups take."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from omnify.services.messages import Message

_PICKED = Meta(description="Needed where the platform has several connections.")


class ListQuery(Message):
    """Which page of a platform's list is wanted."""

    connection_id: Annotated[UUID | None, _PICKED] = None
    limit: Annotated[int, Meta(ge=1, le=50, description="Rows of a page.")] = 50
    after: Annotated[str, Meta(max_length=1000, description="The `next` of the page before.")] = ""


class CampaignsQuery(ListQuery):
    """Which campaigns of Klaviyo are wanted."""

    channel: Annotated[
        Literal["email", "sms", "mobile_push"], Meta(description="By which they are sent.")
    ] = "email"


class PeriodQuery(Message, rename={"first": "from", "last": "to"}):
    """Of which days a platform is asked."""

    connection_id: Annotated[UUID | None, _PICKED] = None
    first: Annotated[
        date | None, Meta(description="The first day; by default 29 before the last.")
    ] = None
    last: Annotated[date | None, Meta(description="The last day; by default today.")] = None
    limit: Annotated[int, Meta(ge=1, le=50, description="Rows, where there can be many.")] = 50
