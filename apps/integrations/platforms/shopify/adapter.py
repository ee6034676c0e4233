"""Shopify as syncs see it: orders by their changes, and the visits before them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from apps.integrations.platforms.port import Adapter, Answer, Api, Usage
from apps.integrations.platforms.rows import Account, Row, Slice, Total
from apps.integrations.platforms.shopify import answers, queries
from apps.integrations.platforms.shopify.consent import ShopifyOAuth
from apps.integrations.platforms.shopify.orders import make_orders, make_touches
from apps.integrations.platforms.shopify.reading import ask, read_orders
from apps.integrations.platforms.specs import (
    Configuration,
    OAuthSpec,
    PlatformSpec,
    Role,
    Scope,
    StreamSpec,
)

_SCOPES: Final = (
    Scope(name="read_orders", words="See orders, refunds and where customers came from."),
    Scope(name="read_all_orders", words="See orders older than 60 days, so that history is whole."),
    Scope(name="read_customers", words="Tell customers apart; their names are not kept."),
)
#: Without the scope only orders of the last 60 days are given.
_LONG: Final[dict[str, Any]] = {"long_scope": "read_all_orders", "short_days": 60}
#: Visits are found after an order, which need not count as a change of it (?).
_FINDING_VISITS: Final = timedelta(days=1)
#: Days that are counted in one query, which costs ten points for each (?).
_COUNTED_AT_ONCE: Final = 30
_WHOLE: Final = 1_000_000
_STREAMS: Final[dict[str, tuple[queries.Shape, Callable[[dict[str, Any]], Iterable[Row]]]]] = {
    "orders": (queries.ORDERS, make_orders),
    "touchpoints": (queries.JOURNEYS, make_touches),
}


class ShopifyAdapter(Adapter):
    """A shop; metrics of it are made of its orders."""

    oauth = ShopifyOAuth
    spec: ClassVar[PlatformSpec] = PlatformSpec(
        id="shopify",
        name="Shopify",
        category="shop",
        role=Role.SOURCE,
        connects_by=("oauth",),
        measures=("revenue", "orders"),
        also_brings=("refunds", "customers", "touchpoints"),
        streams=(
            StreamSpec(name="orders", by_change=True, **_LONG),
            StreamSpec(name="touchpoints", by_change=True, **_LONG),
        ),
        api_url="https://{shop}.myshopify.com",
        api_version="2026-10",
        # A version is supported for twelve months.
        api_version_ends=date(2027, 10, 1),
        oauth=OAuthSpec(
            authorize_url="https://{shop}.myshopify.com/admin/oauth/authorize",
            token_url="https://{shop}.myshopify.com/admin/oauth/access_token",  # noqa: S106 - no secret
            scopes=_SCOPES,
            scope_separator=",",
            token_parameters=(("expiring", "1"),),
        ),
        delay_hours=0,
        interval_minutes=60,
        is_shop_addressed=True,
    )

    def headers(self, configuration: Configuration, token: str) -> dict[str, str]:
        """Return the header of the token."""
        return {"X-Shopify-Access-Token": token}

    def classify(self, answer: Answer, now: datetime) -> None:
        """Return if an answer is a success.

        Raises:
            PlatformError: it is not.
        """
        answers.classify(answer, now)

    def read_usage(self, answer: Answer, now: datetime) -> Iterable[Usage]:
        """Return how much of the shop's points is spent."""
        return answers.read_usage(answer, now)

    def list_accounts(self, api: Api) -> Iterator[Account]:
        """Yield the shop, which is all that a token can see."""
        said = ask(api, queries.SHOP, {})
        shop, orders = said["shop"], said["orders"]["nodes"]
        zone = ZoneInfo(shop["ianaTimezone"])
        # Orders that were taken over from another shop are older than this one.
        begun = (shop["createdAt"], *(each["processedAt"] for each in orders))
        yield Account(
            id=shop["myshopifyDomain"],
            name=shop["name"],
            currency=shop["currencyCode"],
            timezone=shop["ianaTimezone"],
            began_on=min(datetime.fromisoformat(each).astimezone(zone).date() for each in begun),
        )

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[Row]:
        """Yield the orders, or the visits before them, of days or since a moment.

        Raises:
            PlatformError: nothing of the slice counts.
        """
        shape, make_rows = _STREAMS[wanted.stream]
        search, can_halve = _search(account, wanted), wanted.since is None
        for node in read_orders(api, shape, search, can_halve=can_halve):
            yield from make_rows(node)

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield how many orders the shop counts per day, without tests."""
        days = [wanted.first + timedelta(days=each) for each in range(wanted.days)]
        for start in range(0, len(days), _COUNTED_AT_ONCE):
            part = days[start : start + _COUNTED_AT_ONCE]
            searches = {
                f"day{position}": f"{_search_days(account, day, day)} AND test:false"
                for position, day in enumerate(part)
            }
            counts = ask(api, queries.counts_text(len(part)), searches)
            for position, day in enumerate(part):
                count = counts[f"day{position}"]["count"]
                yield Total(date=day, measure="orders", micros=count * _WHOLE)


def _search(account: Account, wanted: Slice) -> str:
    if wanted.since is None:
        return _search_days(account, wanted.first, wanted.last)
    margin = _FINDING_VISITS if wanted.stream == "touchpoints" else timedelta()
    return f"updated_at:>='{_stamp(wanted.since - margin)}'"


def _search_days(account: Account, first: date, last: date) -> str:
    """Return the search of orders of days, by the moment that the vendor's reports count them."""
    zone = ZoneInfo(account.timezone)
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    return f"processed_at:>='{_stamp(begins)}' AND processed_at:<'{_stamp(ends)}'"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("UTC")).isoformat(timespec="seconds").replace("+00:00", "Z")
