"""LinkedIn Ads as an adapter: what it offers, and which part answers which question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.integrations.platforms.linkedin_ads import accounts, refusing, reports
from apps.integrations.platforms.port import Adapter, Answer, Api
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.specs import (
    Configuration,
    OAuthSpec,
    PlatformSpec,
    Role,
    Scope,
    StreamSpec,
)

_CONSENT = "https://www.linkedin.com/oauth/v2"


class LinkedInAdapter(Adapter):
    """LinkedIn Ads."""

    spec = PlatformSpec(
        id="linkedin_ads",
        name="LinkedIn Ads",
        category="ads",
        role=Role.SOURCE,
        connects_by=("oauth",),
        measures=("spend", "impressions", "clicks", "conversions", "attributed_revenue"),
        streams=tuple(
            StreamSpec(name="metrics", level=level) for level in ("account", "campaign", "ad")
        ),
        api_url="https://api.linkedin.com",
        # A month; not every month has one, and each ends after about a year.
        api_version="202607",
        oauth=OAuthSpec(
            authorize_url=f"{_CONSENT}/authorization",
            token_url=f"{_CONSENT}/accessToken",
            scopes=(
                Scope(name="r_ads", words="See your ad accounts and campaigns."),
                Scope(name="r_ads_reporting", words="Read the numbers of campaigns and ads."),
                Scope(
                    name="rw_ads",
                    words="Change budgets, and pause and resume what runs, when you say so.",
                ),
            ),
            revocation="revoke",
        ),
    )

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the token's header, and those of the version."""
        return {
            "Authorization": f"Bearer {token}",
            "Linkedin-Version": configuration.api_version,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; raise what LinkedIn's status means."""
        refusing.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the ad accounts that the person has a role in."""
        return accounts.list_accounts(api)

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
        """Yield a slice's rows, one for each day and entity that was shown."""
        return reports.read(api, account, wanted)

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield the account's own sums of each day."""
        return reports.read_totals(api, account, wanted)

    def split(self, api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
        """Return parts of some campaigns each."""
        return reports.split(api, account, wanted)
