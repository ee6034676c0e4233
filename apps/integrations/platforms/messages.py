"""What the API of platforms answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from omnify.services.messages import Message


class WantedScope(Message):
    """A right that the platform is asked for."""

    name: Annotated[str, Meta(description="The vendor's name of it.", examples=["ads_read"])]
    words: Annotated[str, Meta(description="What it is for.", examples=["Read advertising."])]


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
    role: Annotated[
        str,
        Meta(
            description="An aggregator reports again what sources report, and is never added.",
            extra_json_schema={"enum": ["source", "aggregator"]},
        ),
    ] = "source"
    connects_also_by: Annotated[
        tuple[str, ...], Meta(description="Further ways to connect it.", examples=[["api_key"]])
    ] = ()
    scopes: Annotated[tuple[WantedScope, ...], Meta(description="What it is asked to grant.")] = ()
    history_days: Annotated[
        int | None, Meta(description="How far back it can be asked; null without a known limit.")
    ] = None
    is_pushed: Annotated[
        bool, Meta(description="Whether it tells of changes itself; else it is asked.")
    ] = False
    actions: Annotated[
        tuple[str, ...],
        Meta(description="What can be done on it from here.", examples=[["set_budget", "pause"]]),
    ] = ()
    delay_hours: Annotated[
        int | None, Meta(description="How long its numbers take to arrive.", examples=[3])
    ] = None
    interval_minutes: Annotated[
        int | None, Meta(description="How often it is asked.", examples=[360])
    ] = None
    is_configured: Annotated[
        bool, Meta(description="Whether this deployment can connect it now.")
    ] = False
    missing_settings: Annotated[
        tuple[str, ...],
        Meta(description="What its operator has to set first.", examples=[["META_ADS_CLIENT_ID"]]),
    ] = ()
    is_sample: Annotated[
        bool,
        Meta(description="Whether it is a sample on this machine, with made-up accounts."),
    ] = False
