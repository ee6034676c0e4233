"""GoHighLevel's facts, its headers, and whose account it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from apps.integrations.platforms.gohighlevel import answers, opportunities
from apps.integrations.platforms.gohighlevel.consent import GoHighLevelOAuth
from apps.integrations.platforms.port import Adapter, Answer, Api, Limit
from apps.integrations.platforms.rows import Account, OrderRow, Slice
from apps.integrations.platforms.shapes import read_as
from apps.integrations.platforms.specs import (
    Configuration,
    OAuthSpec,
    PlatformSpec,
    Role,
    Scope,
    StreamSpec,
)
from omnify.services.messages import Message


class _Business(Message):
    currency: str | None = None


class _Location(Message):
    id: str
    name: str
    timezone: str
    #: The documents leave the currency out; it stands in one of two places (?).
    currency: str | None = None
    business: _Business = _Business()


class _Answer(Message):
    location: _Location


class GoHighLevelAdapter(Adapter):
    """The opportunities of a sub-account."""

    spec: ClassVar = PlatformSpec(
        id="gohighlevel",
        name="GoHighLevel",
        category="crm",
        role=Role.SOURCE,
        connects_by=("oauth",),
        measures=("revenue", "orders"),
        also_brings=("contacts", "opportunities"),
        # Each slice reads the whole list, so that all days are one.
        streams=(StreamSpec(name="orders", slice_days=36_500, by_change=True),),
        delay_hours=0,
        api_url="https://services.leadconnectorhq.com",
        # Version v3 spells its fields otherwise: the two are never mixed.
        api_version="2021-07-28",
        oauth=OAuthSpec(
            authorize_url="https://marketplace.gohighlevel.com/v2/oauth/chooselocation",
            token_url="https://services.leadconnectorhq.com/oauth/token",  # noqa: S106 - an address
            scopes=(
                Scope(name="locations.readonly", words="Know the sub-account's name and zone."),
                Scope(name="opportunities.readonly", words="Read opportunities, as orders."),
                Scope(name="contacts.readonly", words="Know whose opportunities they are."),
            ),
            token_parameters=(("user_type", "Location"),),
        ),
    )
    limits: ClassVar = (
        Limit(key="login", calls=200_000, seconds=86_400),
        Limit(key="login", calls=100, seconds=10),
    )
    oauth: ClassVar = GoHighLevelOAuth

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the headers of each request."""
        return {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Version": configuration.api_version,
        }

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; else raise what it means."""
        answers.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the one sub-account whose token it is."""
        location = read_as(_Answer, api.get(f"/locations/{api.facts['location']}")).location
        yield Account(
            id=location.id,
            name=location.name,
            currency=location.currency or location.business.currency or "",
            timezone=location.timezone,
        )

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[OrderRow]:
        """Yield opportunities as orders."""
        return opportunities.read_orders(api, account, wanted)
