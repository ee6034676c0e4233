"""The sample customers of Google's peer: made-up campaigns, and their numbers by day from a seed.

Numbers depend on the ad and the day alone, but for conversions: of these, more become known for
twelve days after the click.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

SEED = "omnify"
BEGINS = date(2023, 1, 1)
#: Days after which a day's conversions are all known.
LAG = 12
#: On this day of each month a removed campaign gets money back.
CREDIT_DAY = 13
METRICS = (
    *("cost_micros", "impressions", "clicks", "conversions", "conversions_value"),
    *("all_conversions", "all_conversions_value", "video_trueview_views"),
)
#: Metrics that are no whole numbers; they are made, and summed, as hundredths.
FRACTIONAL = frozenset(name for name in METRICS if "conversions" in name)


@dataclass(frozen=True)
class Ad:
    """An ad of a group; of a campaign without ads, all that it shows."""

    id: str
    group: str
    name: str


@dataclass(frozen=True)
class Campaign:
    """A campaign; ``weight`` is its part of the customer's size."""

    id: str
    name: str
    kind: str
    weight: int
    ads: tuple[Ad, ...]
    status: str = "ENABLED"


@dataclass(frozen=True)
class Customer:
    """A customer, or a manager of others.

    Attributes:
        managers: the ids of all above it.
    """

    id: str
    name: str
    currency: str
    zone: str
    status: str = "ENABLED"
    managers: tuple[str, ...] = ()
    is_manager: bool = False
    campaigns: tuple[Campaign, ...] = field(default=(), repr=False)


_KINDS = (
    ("Sample: search", "SEARCH", 4, "ENABLED"),
    ("Sample: shopping", "SHOPPING", 3, "ENABLED"),
    ("Sample: everything", "PERFORMANCE_MAX", 3, "PAUSED"),
    ("Sample: films", "VIDEO", 2, "ENABLED"),
    ("Sample: discover", "DEMAND_GEN", 1, "ENABLED"),
    ("Sample: banners of last year", "DISPLAY", 5, "REMOVED"),
)


def _make_campaigns(prefix: str) -> tuple[Campaign, ...]:
    """Return a customer's campaigns; the removed one has cost about a third."""
    campaigns = []
    for number, (name, kind, weight, status) in enumerate(_KINDS, 1):
        own = f"{prefix}{number}"
        # One ad stands in two groups.
        ads = (Ad(f"{own}8", f"{own}1", "Headline"), Ad(f"{own}8", f"{own}2", "Headline"))
        if kind != "SEARCH":
            ads = (Ad(f"{own}9", f"{own}1", ""),)
        campaigns.append(Campaign(own, name, kind, weight, ads, status))
    return tuple(campaigns)


def _make_shop(
    own: str, currency: str, zone: str, prefix: str, managers: tuple[str, ...]
) -> Customer:
    return Customer(
        *(own, f"Sample shop ({currency})", currency, zone),
        managers=managers,
        campaigns=_make_campaigns(prefix),
    )


AGENCY, REGION = "9000000001", "9000000002"
BERLIN, AUCKLAND, TOKYO = "1000000001", "1000000002", "1000000003"
_ZONE = "Europe/Berlin"
CUSTOMERS = (
    Customer(AGENCY, "Sample agency", "EUR", _ZONE, is_manager=True),
    Customer(REGION, "Sample region", "EUR", _ZONE, managers=(AGENCY,), is_manager=True),
    _make_shop(BERLIN, "EUR", _ZONE, "31", (AGENCY,)),
    _make_shop(AUCKLAND, "NZD", "Pacific/Auckland", "32", (AGENCY, REGION)),
    _make_shop(TOKYO, "JPY", "Asia/Tokyo", "33", (AGENCY,)),
    Customer("1000000004", "Sample shop, closed", "EUR", _ZONE, "CANCELED", (AGENCY,)),
    Customer("1000000005", "Sample shop, never open", "EUR", _ZONE, "CLOSED"),
)
#: Whom the login of the samples has access to by itself.
ROOTS = (AGENCY, TOKYO, "1000000005")


def make_numbers(campaign: Campaign, ad: Ad, day: date, today: date) -> dict[str, int]:
    """Return an ad's numbers of a day as they are known today; empty where it did nothing."""
    if not BEGINS <= day <= today:
        return {}
    if campaign.status == "REMOVED" and day.day == CREDIT_DAY:
        return dict.fromkeys(METRICS, 0) | {"cost_micros": -12_340_000}
    size = campaign.weight * 2 // len(campaign.ads)
    impressions = size * (800 + _draw(ad, day, "impressions", 400))
    clicks = impressions * (10 + _draw(ad, day, "clicks", 10)) // 1000
    known = min((today - day).days + 1, LAG)
    final = size * (40 + _draw(ad, day, "conversions", 300))
    conversions = final * known // LAG
    price = 20 + _draw(ad, day, "price", 60)
    return {
        "cost_micros": clicks * (300_000 + _draw(ad, day, "cost", 500_000)),
        "impressions": impressions,
        "clicks": clicks,
        "conversions": conversions,
        "conversions_value": conversions * price,
        "all_conversions": conversions * 2,
        "all_conversions_value": conversions * 2 * price,
        "video_trueview_views": impressions // 5 if campaign.kind == "VIDEO" else 0,
    }


def add_up(cells: Iterator[tuple[Campaign, Ad]], day: date, today: date) -> dict[str, int]:
    """Return the sums of some ads of a day; empty where none did anything."""
    sums: dict[str, int] = {}
    for campaign, ad in cells:
        for name, number in make_numbers(campaign, ad, day, today).items():
            sums[name] = sums.get(name, 0) + number
    return sums


def _draw(ad: Ad, day: date, what: str, below: int) -> int:
    """Return a number below another that only depends on its arguments."""
    digest = hashlib.sha256(f"{SEED}|{ad.group}~{ad.id}|{day}|{what}".encode()).digest()
    return int.from_bytes(digest[:8]) % below
