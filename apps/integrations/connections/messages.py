"""What the API of connections takes and answers, and what those of later concepts share."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.api.fields import one_of
from omnify.services.messages import AwareDatetime, Message

ExternalId = Annotated[str, Meta(description="The platform's id of the account.")]
ExternalName = Annotated[str, Meta(examples=["Shop GmbH"])]
Scopes = Annotated[tuple[str, ...], Meta(examples=[["ads_read"]])]
#: A text of a person, which a column holds.
Word = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9_+.:,]*$")]


class Picked(Message):
    """Which connection of a platform is meant."""

    connection_id: Annotated[UUID | None, Meta(description="Needed if there are several.")] = None


class Described(Message):
    """How a connection is: one word for all that is known, a sentence, and what helps."""

    state: Annotated[str, Meta(examples=["healthy"])]
    sentence: Annotated[str, Meta(examples=["Complete to 25 November 2026."])]
    action: Annotated[str, Meta(description="Empty for nothing.", examples=["reconnect"])]
    next_sync_at: AwareDatetime | None


class Connection(Described):
    """A connection: where metrics come from."""

    id: UUID
    platform: Annotated[str, Meta(description="Of the catalog; csv for files.", examples=["csv"])]
    name: Annotated[str, Meta(description="A file's source, or an account.", examples=["shop"])]
    status: Annotated[str, one_of(["active", "error"])]
    brand_id: Annotated[UUID | None, Meta(description="An agency's client.")]
    complete_levels: Annotated[
        dict[str, str],
        Meta(description="By measure, the level of complete totals.", examples=[{"spend": "ad"}]),
    ]
    changed_at: Annotated[AwareDatetime, Meta(description="When its metrics changed last.")]
    created_at: AwareDatetime
    role: Annotated[str, one_of(["source", "aggregator"])] = "source"
    external_id: ExternalId = ""
    external_name: ExternalName = ""
    scopes: Scopes = ()
    owner_id: Annotated[UUID | None, Meta(description="Who connected it.")] = None
    paused_at: AwareDatetime | None = None
    interval_minutes: Annotated[int | None, Meta(description="Null for the platform's own.")] = None
    window: Annotated[str, Meta(description="Its attribution window.", examples=["7d_click"])] = ""
    measure: Annotated[str, Meta(description="What its conversions are.")] = ""
    is_primary: Annotated[bool, Meta(description="Whether it gives its brand's orders.")] = False


class ConnectionChange(Message):
    """What is changed of a connection; what is missing stays.

    History is asked again for another attribution window (or several, by comma), and for another
    measure, which says what conversions are.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\S")] | None = None
    primary: Annotated[bool | None, Meta(description="Take only its orders for its brand.")] = None
    interval: Annotated[
        Annotated[int, Meta(ge=15, le=10_080)] | None,
        Meta(description="Minutes between two syncs.", examples=[360]),
    ] = None
    window: Annotated[Word | None, Meta(examples=["7d_click,1d_view"])] = None
    measure: Word | None = None
