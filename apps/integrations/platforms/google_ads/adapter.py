"""Google Ads as an adapter: what it offers, and which part answers which question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final

from apps.integrations.platforms.google_ads import accounts, refusing, searching
from apps.integrations.platforms.google_ads.reports import Reports
from apps.integrations.platforms.port import DAY, Adapter, Answer, Api, Limit
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.specs import (
    Configuration,
    OAuthSpec,
    PlatformSpec,
    Role,
    Scope,
    StreamSpec,
)

_CUSTOMER: Final = re.compile(r"/customers/(\d+)/")
#: How a person consents, and what is the same for all that is read through Google Ads.
CONSENT: Final = OAuthSpec(
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    scopes=(
        Scope(
            name="https://www.googleapis.com/auth/adwords",
            words="Read your Google Ads accounts, their campaigns and ads, and their numbers."
            " Google has one right for reading and changing.",
        ),
    ),
    uses_pkce=True,
    # Without both, Google gives no refresh token to a person who consented before.
    authorize_parameters=(("access_type", "offline"), ("prompt", "consent")),
    revocation="revoke",
)
SPEC: Final = PlatformSpec(
    id="google_ads",
    name="Google Ads",
    category="ads",
    role=Role.SOURCE,
    connects_by=("oauth",),
    measures=("spend", "impressions", "clicks", "conversions", "attributed_revenue"),
    streams=tuple(
        StreamSpec(name="metrics", level=level) for level in ("account", "campaign", "ad")
    ),
    api_url="https://googleads.googleapis.com",
    api_version="v26",
    # The vendor says the month alone.
    api_version_ends=date(2027, 11, 1),
    oauth=CONSENT,
    # Daily numbers are kept for 37 months: so many days are the shortest of them.
    history_days=1123,
    # Performance Max has no ads, and only campaigns tell the channel.
    complete_level="campaign",
)


class GoogleAdapter(Adapter):
    """Google Ads."""

    spec = SPEC
    reports: ClassVar = Reports()
    #: Of a project with basic access; with standard access it is 15,000.
    limits = (Limit(key="app", calls=2_880, seconds=DAY),)

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the token's header."""
        return {"Authorization": f"Bearer {token}"}

    def find_account(self, path: str) -> str:
        """Return the customer that stands in a path."""
        match = _CUSTOMER.search(path)
        return match[1] if match else ""

    def find_shape(self, body: Any) -> str:
        """Return the pattern of a query, which Google throttles by its cost."""
        return searching.find_shape(body)

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; raise what Google's error means."""
        refusing.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the customers that advertise, also those below managers."""
        return accounts.list_accounts(api)

    def identify(self, api: Api, seen: Sequence[Account] | None = None) -> Account:
        """Return the first customer that the login reaches by itself."""
        return accounts.identify(api, seen or ())

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
        """Yield a slice's rows, one for each day and entity that did anything."""
        return self.reports.read(api, account, wanted)

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield the customer's own sums of each day."""
        return self.reports.read_totals(api, account, wanted)

    def split(self, api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
        """Return two halves by ids of campaigns."""
        return self.reports.split(api, account, wanted)
