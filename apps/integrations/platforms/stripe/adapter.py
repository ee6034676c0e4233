"""Stripe's facts, its headers, and whose account it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from apps.integrations.platforms.port import Adapter, Answer, Api, Limit
from apps.integrations.platforms.rows import UTC, Account, OrderRow, Slice
from apps.integrations.platforms.shapes import read_as
from apps.integrations.platforms.specs import (
    Configuration,
    OAuthSpec,
    PlatformSpec,
    Role,
    StreamSpec,
)
from apps.integrations.platforms.stripe import answers, charges
from apps.integrations.platforms.stripe.consent import StripeOAuth
from omnify.services.messages import Message


class _Dashboard(Message):
    display_name: str | None = None
    timezone: str | None = None


class _Settings(Message):
    dashboard: _Dashboard


class _AccountFacts(Message):
    id: str
    default_currency: str
    settings: _Settings


class StripeAdapter(Adapter):
    """The charges of an account."""

    oauth: ClassVar = StripeOAuth
    spec: ClassVar = PlatformSpec(
        id="stripe",
        name="Stripe",
        category="payments",
        role=Role.SOURCE,
        connects_by=("oauth", "api_key"),
        measures=("revenue", "orders"),
        also_brings=("refunds", "customers"),
        streams=(StreamSpec(name="orders", by_change=True),),
        api_url="https://api.stripe.com",
        api_version="2026-10-28.endive",
        oauth=OAuthSpec(
            authorize_url="https://marketplace.stripe.com/oauth/v2/authorize",
            token_url="https://api.stripe.com/v1/oauth/token",  # noqa: S106 - an address
            # What an app may read stands in its own manifest, and nothing is asked here.
            scopes=(),
        ),
        delay_hours=0,
        interval_minutes=60,
        remembered_days=charges.REMEMBERED_DAYS,
    )
    #: Of each endpoint; the slowest of all that are documented.
    limits: ClassVar = (Limit(key="login", calls=25, seconds=1),)

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the headers of each request."""
        return {"Authorization": f"Bearer {token}", "Stripe-Version": configuration.api_version}

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; else raise what it means."""
        answers.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the one account whose token or key it is."""
        facts = read_as(_AccountFacts, api.get("/v1/account"))
        shown = facts.settings.dashboard
        yield Account(
            id=facts.id,
            name=shown.display_name or facts.id,
            currency=facts.default_currency.upper(),
            timezone=shown.timezone or UTC,
        )

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[OrderRow]:
        """Yield charges as orders."""
        return charges.read_orders(api, account, wanted)
