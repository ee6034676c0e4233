"""Organizations."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from apps.auth.contract import OrganizationProfile, WeekStart
from omnify.api.fields import UNSET, CurrencyCode, TimeZoneName, UnsetType, WebAddress, one_line
from omnify.services.messages import AwareDatetime, Message

OrganizationName = Annotated[str, one_line(200, "Acme")]
Color = Annotated[str, Meta(pattern="^(#[0-9a-fA-F]{6})?$", examples=["#1f6feb"])]


class Organization(OrganizationProfile, kw_only=True):
    """An organization as its members see it."""

    plan: Annotated[str, Meta(examples=["free"])]
    logo_url: str
    primary_color: str
    is_demo: Annotated[bool, Meta(description="Whether it holds sample data.")]
    created_at: AwareDatetime


class OrganizationChange(Message):
    """What an owner or admin may change."""

    name: OrganizationName | UnsetType = UNSET
    currency: CurrencyCode | UnsetType = UNSET
    timezone: TimeZoneName | UnsetType = UNSET
    week_start: WeekStart | UnsetType = UNSET
    logo_url: WebAddress | UnsetType = UNSET
    primary_color: Color | UnsetType = UNSET
