"""TikTok Ads as an adapter: what it offers, and which part answers which question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from apps.integrations.platforms.port import Adapter, Answer, Api, Limit
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.specs import (
    Configuration,
    OAuthSpec,
    PlatformSpec,
    Role,
    Scope,
    StreamSpec,
)
from apps.integrations.platforms.tiktok_ads import accounts, refusing, reports
from apps.integrations.platforms.tiktok_ads.oauth import TikTokOAuth

_ORIGIN = "https://business-api.tiktok.com"


class TikTokAdapter(Adapter):
    """TikTok Ads."""

    oauth: ClassVar = TikTokOAuth
    spec = PlatformSpec(
        id="tiktok_ads",
        name="TikTok Ads",
        category="ads",
        role=Role.SOURCE,
        connects_by=("oauth",),
        measures=(
            *("spend", "impressions", "clicks", "conversions", "attributed_revenue", "reach"),
        ),
        # With days as a dimension, a report has 30 of them at most.
        streams=tuple(
            StreamSpec(name="metrics", level=level, slice_days=30)
            for level in ("account", "campaign", "ad")
        ),
        api_url=_ORIGIN,
        api_version="v1.3",
        oauth=OAuthSpec(
            authorize_url=f"{_ORIGIN}/portal/auth",
            token_url=f"{_ORIGIN}/open_api/v1.3/oauth2/access_token/",
            scopes=(
                Scope(name="Ad Account Management", words="See which advertisers you have."),
                Scope(name="Reporting", words="Read the numbers of your campaigns and ads."),
                Scope(
                    name="Ads Management",
                    words="Change budgets, and pause and resume what runs, when you say so.",
                ),
            ),
        ),
        # An ad's conversions are counted for 28 days at most.
        refetch_days=((6, 2), (24, 28)),
    )
    limits = (Limit(key="app", calls=600, seconds=60),)

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the token's header."""
        return {"Access-Token": token}

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; raise what TikTok's code means."""
        refusing.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the advertisers that a person gave to the app."""
        return accounts.list_accounts(api)

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
        """Yield a slice's rows, one for each day and entity that was shown."""
        return reports.read(api, account, wanted)

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield the advertiser's own sums of each day."""
        return reports.read_totals(api, account, wanted)
