"""Meta Ads as an adapter: what it offers, and which part answers which question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Final

from apps.integrations.platforms.meta_ads import (
    accounts,
    errors,
    insights,
    parts,
    queries,
    usage,
)
from apps.integrations.platforms.meta_ads.oauth import MetaOAuth, prove
from apps.integrations.platforms.port import Adapter, Answer, Api, Usage
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.specs import (
    Configuration,
    OAuthSpec,
    PlatformSpec,
    Role,
    Scope,
    StreamSpec,
)

_VERSION: Final = "v27.0"
_LEVELS: Final = ("account", "campaign", "ad")
_ACCOUNT: Final = re.compile(r"/act_(\d+)(?:/|$)")


class MetaAdapter(Adapter):
    """Meta Ads."""

    oauth: ClassVar = MetaOAuth
    spec = PlatformSpec(
        id="meta_ads",
        name="Meta Ads",
        category="ads",
        role=Role.SOURCE,
        # Its key is the token of a system user, which has no end.
        connects_by=("oauth", "api_key"),
        measures=(
            "spend",
            "impressions",
            "clicks",
            "conversions",
            "attributed_revenue",
            "reach",
        ),
        streams=tuple(
            StreamSpec(name="metrics", level=level, slice_days=insights.LONGEST)
            for level in _LEVELS
        ),
        api_url="https://graph.facebook.com",
        api_version=_VERSION,
        oauth=OAuthSpec(
            authorize_url=f"https://www.facebook.com/{_VERSION}/dialog/oauth",
            token_url=f"https://graph.facebook.com/{_VERSION}/oauth/access_token",
            scopes=(
                Scope(
                    name="ads_read",
                    words="Read your ad accounts, their campaigns and ads, and their numbers.",
                ),
                Scope(
                    name="ads_management",
                    words="Change budgets, and pause and resume what runs, when you say so.",
                ),
            ),
            scope_separator=",",
        ),
        # Meta keeps 37 months: so many days are the shortest of them.
        history_days=1123,
        # Numbers stop changing 28 days after the ad was seen.
        refetch_days=((6, 2), (24, 28)),
        delay_hours=1,
    )

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the token's header, so that it stands in no address."""
        return {"Authorization": f"Bearer {token}"}

    def sign(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the proof that who has the token has the app's secret too."""
        if not configuration.client_secret:
            return {}
        return {"appsecret_proof": prove(configuration.client_secret, token)}

    def find_account(self, path: str) -> str:
        """Return the ad account that stands in a path."""
        match = _ACCOUNT.search(path)
        return match[1] if match else ""

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; raise what Meta's error means."""
        errors.classify(answer, now)

    def read_usage(self, answer: Answer, now: datetime) -> Iterable[Usage]:
        """Return what the headers tell of quotas."""
        return usage.read_usage(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the ad accounts of the person."""
        return accounts.list_accounts(api)

    def identify(self, api: Api, seen: Sequence[Account] | None = None) -> Account:
        """Return the person: one login sees many accounts, and gains and loses some."""
        return accounts.identify(api)

    def refuse_window(self, window: str) -> None:
        """Return if Meta has the attribution windows of a text.

        Raises:
            RequestRefusedError: it has not, or two hold each other.
        """
        queries.find_windows(window)

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
        """Yield a slice's rows, one for each day and entity that was shown."""
        return insights.read(api, account, wanted)

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield the account's own sums of each day."""
        return insights.read_totals(api, account, wanted)

    def split(self, api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
        """Return two halves by campaigns, or by the ads of a single campaign."""
        return parts.split(api, account, wanted)
