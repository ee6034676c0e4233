"""Klaviyo's facts, its headers, and whose account it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, Final

from apps.integrations.platforms.klaviyo import answers
from apps.integrations.platforms.klaviyo.reports import CONVERSIONS, STATISTICS, read_rows
from apps.integrations.platforms.port import Adapter, Answer, Api, Limit
from apps.integrations.platforms.rows import Account, MetricRow, Slice
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

#: How private keys begin, which are no tokens of consent.
_KEY: Final = "pk_"
_JSON_API: Final = "application/vnd.api+json"


class _Contact(Message):
    organization_name: str


class _AccountFacts(Message):
    contact_information: _Contact
    timezone: str
    preferred_currency: str


class KlaviyoAdapter(Adapter):
    """Campaigns and flows of an account."""

    spec: ClassVar = PlatformSpec(
        id="klaviyo",
        name="Klaviyo",
        category="email",
        role=Role.SOURCE,
        connects_by=("oauth", "api_key"),
        measures=(*STATISTICS.values(), *CONVERSIONS.values()),
        also_brings=("campaigns", "flows"),
        streams=(StreamSpec(name="metrics", level="campaign", slice_days=30),),
        complete_level="campaign",
        # Reports reach back to June 2023 (?); more is not asked.
        history_days=1095,
        # What a message brings is counted on the day of sending, for up to 30 days.
        refetch_days=((6, 2), (24, 7), (168, 35)),
        delay_hours=1,
        api_url="https://a.klaviyo.com",
        api_version="2026-10-15",
        # A revision is served for two years; that of lists of campaigns is the older one.
        api_version_ends=date(2028, 7, 15),
        oauth=OAuthSpec(
            authorize_url="https://www.klaviyo.com/oauth/authorize",
            token_url="https://a.klaviyo.com/oauth/token",  # noqa: S106 - an address
            scopes=(
                Scope(
                    name="accounts:read", words="Know the account's name, time zone and currency."
                ),
                Scope(name="campaigns:read", words="Read campaigns and what they brought."),
                Scope(name="flows:read", words="Read flows and what they brought."),
                Scope(name="metrics:read", words="Find the event that is a purchase."),
                Scope(name="events:write", words="Start flows when asked."),
            ),
            uses_pkce=True,
            revocation="revoke",
            is_basic=True,
        ),
    )
    limits: ClassVar = (
        Limit(key="login", calls=150, seconds=60),
        Limit(key="login", calls=10, seconds=1),
        *(
            Limit(key="login", calls=calls, seconds=seconds, path=path)
            for path in ("campaign-values-reports", "flow-series-reports")
            for calls, seconds in ((225, 86_400), (2, 60), (1, 1))
        ),
    )

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the headers of each request; a revision that has ended is never replaced."""
        scheme = "Klaviyo-API-Key" if token.startswith(_KEY) else "Bearer"
        return {
            "Authorization": f"{scheme} {token}",
            "Accept": _JSON_API,
            "Content-Type": _JSON_API,
            "revision": configuration.api_version,
            "X-Klaviyo-Revision-Fall-Forward-Opt-Out": "1",
        }

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; else raise what it means."""
        answers.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the one account whose token or key it is."""
        for each in answers.read_list(api, "/api/accounts", {}):
            facts = read_as(_AccountFacts, each.attributes)
            yield Account(
                id=each.id,
                name=facts.contact_information.organization_name,
                currency=facts.preferred_currency,
                timezone=facts.timezone,
            )

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
        """Yield the numbers of campaigns and flows of a slice."""
        return read_rows(api, account, wanted)
