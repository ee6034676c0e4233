"""What the API of connections answers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.services.messages import AwareDatetime, Message


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
