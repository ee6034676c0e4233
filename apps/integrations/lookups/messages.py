"""What lookups take."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from apps.integrations.connections.messages import Picked


class ListQuery(Picked):
    """Which page of a platform's list is wanted."""

    limit: Annotated[int, Meta(ge=1, le=50, description="Rows of a page.")] = 50
    after: Annotated[str, Meta(max_length=1000, description="The `next` of the page before.")] = ""


class CampaignsQuery(ListQuery):
    """Which campaigns of Klaviyo are wanted: those that are sent by a channel."""

    channel: Literal["email", "sms", "mobile_push"] = "email"


class PeriodQuery(Picked, rename={"first": "from", "last": "to"}):
    """Of which days a platform is asked."""

    first: Annotated[date | None, Meta(description="By default 29 days before the last.")] = None
    last: Annotated[date | None, Meta(description="By default today.")] = None
    limit: Annotated[int, Meta(ge=1, le=50, description="Rows, where there can be many.")] = 50
