"""Triple Whale's facts, its headers, and whose shop it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import ClassVar, Final

from apps.integrations.platforms.port import Adapter, Answer, Api, Limit
from apps.integrations.platforms.refusals import AccessLostError, UnreachableError
from apps.integrations.platforms.rows import UTC, Account, MetricRow, Slice, TouchRow
from apps.integrations.platforms.specs import Configuration, PlatformSpec, Role, StreamSpec
from apps.integrations.platforms.triplewhale import answers, journeys, summary

#: In how many days an order is looked for that tells the shop's currency.
_RECENT: Final = timedelta(days=90)


class TripleWhaleAdapter(Adapter):
    """The summary and the journeys of a shop, which others report too."""

    spec: ClassVar = PlatformSpec(
        id="triplewhale",
        name="Triple Whale",
        category="attribution",
        role=Role.AGGREGATOR,
        connects_by=("api_key",),
        measures=tuple(summary.MEASURES.values()),
        also_brings=("journeys",),
        streams=(
            StreamSpec(name="metrics", level="account", slice_days=30),
            StreamSpec(name="touchpoints", slice_days=7),
        ),
        api_url="https://api.triplewhale.com",
        api_version="v2",
    )
    limits: ClassVar = (Limit(key="login", calls=100, seconds=60),)

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the headers of each request."""
        return {"x-api-key": token, "Accept": "application/json"}

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success; else raise what it means."""
        answers.classify(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the one shop; Triple Whale tells no zone, and of money only that of orders.

        Raises:
            AccessLostError: the key is good, and Triple Whale does not know the shop: it fails.
        """
        api.get("/api/v2/users/api-keys/me")
        shop, today = answers.find_shop(api), api.now.date()
        try:
            recent = list(islice(journeys.read_orders(api, today - _RECENT, today), 1))
        except UnreachableError as error:
            words = f"Triple Whale takes the key and fails for the shop {shop}: is it connected?"
            raise AccessLostError(words) from error
        currency = recent[0].currency if recent else ""
        yield Account(id=shop, name=shop, currency=currency, timezone=UTC)

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow | TouchRow]:
        """Yield the numbers of a shop's days, or the clicks before its orders."""
        if wanted.stream == "touchpoints":
            return journeys.read_touches(api, wanted)
        return summary.read_rows(api, account, wanted)
