"""What the API of connections answers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from omnify.jobs import JobInput
from omnify.services.messages import AwareDatetime, Message


class WarnOfVersions(JobInput):
    """Warn of versions of platforms' APIs that end."""

    kind = "integrations.warn_of_versions"


class Connection(Message):
    """A connection: where metrics come from."""

    id: UUID
    platform: Annotated[
        str, Meta(description="csv, or a platform of the catalog.", examples=["csv"])
    ]
    name: Annotated[str, Meta(description="A file's source, or an account.", examples=["shop"])]
    status: Annotated[
        str, Meta(examples=["active"], extra_json_schema={"enum": ["active", "error"]})
    ]
    brand_id: Annotated[UUID | None, Meta(description="An agency's client.")]
    complete_levels: Annotated[
        dict[str, str],
        Meta(
            description="Per measure, the level at which its totals are complete.",
            examples=[{"spend": "channel"}],
        ),
    ]
    changed_at: Annotated[AwareDatetime, Meta(description="When its metrics changed last.")]
    created_at: AwareDatetime
    state: Annotated[
        str, Meta(description="One word for all that is known.", examples=["healthy"])
    ] = "healthy"
    sentence: Annotated[
        str, Meta(description="The state in words.", examples=["Complete to 25 November 2026."])
    ] = ""
    action: Annotated[
        str, Meta(description="What helps; empty for nothing.", examples=["reconnect"])
    ] = ""
    role: Annotated[str, Meta(extra_json_schema={"enum": ["source", "aggregator"]})] = "source"
    external_id: Annotated[str, Meta(description="The platform's id of the account.")] = ""
    external_name: Annotated[str, Meta(examples=["Shop GmbH"])] = ""
    scopes: Annotated[tuple[str, ...], Meta(examples=[["ads_read"]])] = ()
    owner_id: Annotated[UUID | None, Meta(description="Who connected it.")] = None
    paused_at: AwareDatetime | None = None
    interval_minutes: Annotated[
        int | None, Meta(description="How often it is asked; null as the platform's is.")
    ] = None
    window: Annotated[str, Meta(description="Its attribution window.", examples=["7d_click"])] = ""
    measure: Annotated[str, Meta(description="What its conversions are.")] = ""
    is_primary: Annotated[
        bool, Meta(description="Whether its brand's orders are taken from it.")
    ] = False
    next_sync_at: AwareDatetime | None = None


#: A text of a person, which a column holds.
Word = Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9_+.:,]*$")]


class ConnectionChange(Message):
    """What is changed of a connection; what is missing stays."""

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\S")] | None = None
    primary: Annotated[
        bool | None, Meta(description="Take its brand's orders from it, and from no other.")
    ] = None
    interval: Annotated[
        Annotated[int, Meta(ge=15, le=10_080)] | None,
        Meta(description="Minutes between two syncs.", examples=[360]),
    ] = None
    window: Annotated[
        Word | None,
        Meta(
            description="An attribution window, or several by comma; history is asked again.",
            examples=["7d_click,1d_view"],
        ),
    ] = None
    measure: Annotated[
        Word | None, Meta(description="What conversions are; history is asked again.")
    ] = None


class Removal(Message):
    """What becomes of the data of a connection that is removed."""

    data: Annotated[
        Literal["erase", "keep"], Meta(description="Whether what it brought is erased or kept.")
    ] = "erase"
