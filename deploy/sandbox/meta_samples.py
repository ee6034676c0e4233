"""The sample accounts of Meta's peer: made-up ads, and their numbers by day from a seed.

Numbers depend on the ad and the day alone, but for purchases: of these, more become known for
twelve days after the ad was seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

SEED = "omnify"
BEGINS = date(2023, 1, 1)
#: Days after which a day's purchases are all known.
LAG = 12
WINDOWS = {"1d_click": 2, "7d_click": 4, "28d_click": 5, "1d_view": 1, "1d_ev": 1}


@dataclass(frozen=True)
class Ad:
    """An ad with its campaign; ``weight`` is its part of the account's size."""

    id: str
    name: str
    campaign_id: str
    campaign: str
    weight: int
    status: str = "ACTIVE"
    campaign_status: str = "ACTIVE"


@dataclass(frozen=True)
class Account:
    """An ad account.

    Attributes:
        digits: decimal places of its currency's amounts.
    """

    id: str
    name: str
    currency: str
    timezone: str
    digits: int
    ads: tuple[Ad, ...]
    status: int = 1


@dataclass
class Numbers:
    """Sums of some ads; money in the smallest units of the account's currency."""

    spend: int = 0
    impressions: int = 0
    clicks: int = 0
    reach: int = 0
    purchases: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    values: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))

    def add(self, other: Numbers) -> None:
        """Add another ad's; some people saw both."""
        self.spend += other.spend
        self.impressions += other.impressions
        self.clicks += other.clicks
        self.reach = max(self.reach, other.reach) + min(self.reach, other.reach) // 2
        for name in WINDOWS:
            self.purchases[name] += other.purchases[name]
            self.values[name] += other.values[name]


def _make_ads(prefix: str) -> tuple[Ad, ...]:
    """Return an account's ads; those of the deleted and archived campaign cost about a third."""
    shop, brand, gone = (f"{prefix}{number}" for number in ("01", "02", "03"))
    return (
        Ad(f"{prefix}101", "Carousel", shop, "Sample: shop", 4),
        Ad(f"{prefix}102", "Video, 15 s", shop, "Sample: shop", 3, status="PAUSED"),
        Ad(f"{prefix}103", "Old carousel", shop, "Sample: shop", 2, status="DELETED"),
        Ad(f"{prefix}201", "Story", brand, "Sample: brand", 2),
        Ad(f"{prefix}202", "Reel", brand, "Sample: brand", 1, status="ARCHIVED"),
        Ad(f"{prefix}301", "Summer sale", gone, "Sample: summer", 2, "DELETED", "DELETED"),
    )


ACCOUNTS = (
    Account("1001", "Sample shop (EUR)", "EUR", "Europe/Berlin", 2, _make_ads("2001")),
    Account("1002", "Sample shop (USD)", "USD", "America/New_York", 2, _make_ads("2002")),
    Account("1003", "Sample shop (NZD)", "NZD", "Pacific/Auckland", 2, _make_ads("2003")),
    Account("1004", "Sample shop (JPY)", "JPY", "Asia/Tokyo", 0, _make_ads("2004"), status=2),
)


def make_numbers(account: Account, ad: Ad, day: date, today: date) -> Numbers | None:
    """Return an ad's numbers of a day as they are known today; None where it was not shown."""
    if not BEGINS <= day <= today:
        return None
    impressions = ad.weight * (800 + _draw(ad, day, "impressions", 400))
    clicks = impressions * (8 + _draw(ad, day, "clicks", 8)) // 1000
    known = min((today - day).days, LAG)
    final = ad.weight * (1 + _draw(ad, day, "purchases", 3))
    price = (2500 + _draw(ad, day, "price", 4000)) * 10**account.digits // 100
    purchases = {name: final * share * known // LAG for name, share in WINDOWS.items()}
    return Numbers(
        spend=impressions * (6 + _draw(ad, day, "spend", 5)) * 10**account.digits // 1000,
        impressions=impressions,
        clicks=clicks,
        reach=impressions * 7 // 10,
        purchases=purchases,
        values={name: count * price for name, count in purchases.items()},
    )


def add_up(account: Account, ads: Iterable[Ad], day: date, today: date) -> Numbers | None:
    """Return the sums of some ads of a day; None where none was shown."""
    sums: Numbers | None = None
    for ad in ads:
        own = make_numbers(account, ad, day, today)
        if own is not None:
            sums = sums or Numbers()
            sums.add(own)
    return sums


def list_days(first: date, last: date) -> Iterator[date]:
    """Yield the days between two, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _draw(ad: Ad, day: date, what: str, below: int) -> int:
    """Return a number below another that only depends on its arguments."""
    digest = hashlib.sha256(f"{SEED}|{ad.id}|{day}|{what}".encode()).digest()
    return int.from_bytes(digest[:8]) % below
