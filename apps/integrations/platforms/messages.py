"""What the API of platforms answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from omnify.services.messages import Message


class Platform(Message):
    """A platform of the catalog."""

    id: Annotated[str, Meta(examples=["meta_ads"])]
    name: Annotated[str, Meta(examples=["Meta Ads"])]
    category: Annotated[str, Meta(examples=["ads"])]
    connects_by: Annotated[str, Meta(examples=["oauth"])]
    offers: Annotated[
        tuple[str, ...], Meta(description="What it knows.", examples=[["spend", "clicks"]])
    ]
    is_available: Annotated[bool, Meta(description="Whether this version can connect it.")] = False
