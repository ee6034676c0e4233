"""What the API of platforms answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from omnify.api.fields import one_of
from omnify.services.messages import Message


class WantedScope(Message):
    """A right that the platform is asked for."""

    name: Annotated[str, Meta(description="The vendor's name of it.", examples=["ads_read"])]
    words: Annotated[str, Meta(description="What it is for.", examples=["Read advertising."])]


class Platform(Message):
    """A platform of the catalog: what it knows, how it is connected, and how often it is asked.

    An aggregator reports again what sources report, and is never added.
    """

    id: Annotated[str, Meta(examples=["meta_ads"])]
    name: Annotated[str, Meta(examples=["Meta Ads"])]
    category: Annotated[str, Meta(examples=["ads"])]
    connects_by: Annotated[str, Meta(examples=["oauth"])]
    offers: Annotated[tuple[str, ...], Meta(examples=[["spend", "clicks"]])]
    is_available: Annotated[bool, Meta(description="Whether this version can connect it.")] = False
    role: Annotated[str, one_of(["source", "aggregator"])] = "source"
    connects_also_by: Annotated[tuple[str, ...], Meta(examples=[["api_key"]])] = ()
    scopes: Annotated[tuple[WantedScope, ...], Meta(description="What it is asked to grant.")] = ()
    history_days: Annotated[int | None, Meta(description="Null without a known limit.")] = None
    is_pushed: Annotated[bool, Meta(description="Whether it tells of changes itself.")] = False
    actions: Annotated[tuple[str, ...], Meta(examples=[["set_budget", "pause"]])] = ()
    delay_hours: Annotated[
        int | None, Meta(description="How long its numbers take to arrive.", examples=[3])
    ] = None
    interval_minutes: Annotated[int | None, Meta(examples=[360])] = None
    is_configured: Annotated[bool, Meta(description="Whether it can be connected here.")] = False
    missing_settings: Annotated[tuple[str, ...], Meta(examples=[["META_ADS_CLIENT_ID"]])] = ()
    is_sample: Annotated[bool, Meta(description="Whether its accounts are made up.")] = False
