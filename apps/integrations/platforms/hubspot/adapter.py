"""HubSpot's facts, its headers, and whose account it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from apps.integrations.platforms.hubspot import answers, deals
from apps.integrations.platforms.port import Adapter, Answer, Api, Limit
from apps.integrations.platforms.rows import Account, OrderRow, Slice, Total
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


class _Details(Message, rename="camel"):
    portal_id: int
    time_zone: str
    company_currency: str


class HubSpotAdapter(Adapter):
    """The deals of an account."""

    spec: ClassVar = PlatformSpec(
        id="hubspot",
        name="HubSpot",
        category="crm",
        role=Role.SOURCE,
        connects_by=("oauth",),
        measures=("revenue", "orders"),
        also_brings=("contacts", "deals", "companies"),
        streams=(StreamSpec(name="orders", slice_days=90, by_change=True),),
        delay_hours=0,
        interval_minutes=60,
        api_url="https://api.hubapi.com",
        api_version="2026-09",
        oauth=OAuthSpec(
            authorize_url="https://app.hubspot.com/oauth/authorize",
            token_url="https://api.hubapi.com/oauth/2026-09/token",  # noqa: S106 - an address
            revocation="token/revoke",
            # Accounts without custom events (Enterprise has them) connect without it.
            authorize_parameters=(("optional_scope", "analytics.behavioral_events.send"),),
            scopes=(
                Scope(name="oauth", words="Know the account's time zone and currency."),
                Scope(name="crm.objects.deals.read", words="Read deals, as orders."),
                Scope(name="crm.objects.contacts.read", words="Know whose deals they are."),
                Scope(name="crm.objects.companies.read", words="Read companies."),
                Scope(name="marketing.campaigns.read", words="Read campaigns."),
                Scope(name="automation", words="Read workflows, and start them when asked."),
            ),
        ),
    )
    limits: ClassVar = (
        Limit(key="login", calls=110, seconds=10),
        Limit(key="login", calls=5, seconds=1, path="/search"),
    )

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the headers of each request."""
        return {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; else raise what it means."""
        answers.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the one account whose token it is; HubSpot knows it by a number alone."""
        path = f"/account-info/{api.configuration.api_version}/details"
        details = read_as(_Details, api.get(path))
        yield Account(
            id=str(details.portal_id),
            name=f"HubSpot {details.portal_id}",
            currency=details.company_currency,
            timezone=details.time_zone,
        )

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[OrderRow]:
        """Yield deals as orders."""
        return deals.read_orders(api, account, wanted)

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield how many deals HubSpot says were won on each day."""
        return deals.read_totals(api, account, wanted.first, wanted.last)
