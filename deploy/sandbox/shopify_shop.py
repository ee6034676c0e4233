"""A shop with made-up orders, whose totals are known without asking its interface.

Amounts are whole cents. What the shop earns is added up from prices when something happens; what
the interface says of it is written down apart, as agreements and their sales.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from deploy.sandbox.graphql import Connection

_PRICES = (1900, 2450, 4999, 12_000)
_TAX_PERMILLE = 80
_SHIPPING = 695
_EUROS_PERMILLE = 920
_VISITS = (
    ("google", "cpc", "brand"),
    ("facebook", "paid", "autumn"),
    ("tiktok", "paid", "creators"),
    ("newsletter", "email", "weekly"),
    ("", "", ""),
)


@dataclass(frozen=True)
class Item:
    """Pieces of a product; ``discount`` is of all of them together."""

    price: int
    quantity: int = 1
    discount: int = 0
    kind: str = "PRODUCT"

    @property
    def net(self) -> int:
        """What it brings."""
        return self.price * self.quantity - self.discount


@dataclass
class SampleShop:
    """A shop in New York that sells in dollars.

    Attributes:
        first, days: of its orders; everything that happens to them happens in these days too.
        net: what it earned per day, refunds on their own.
        counts: orders per day without tests.
    """

    first: date
    days: int = 30
    per_day: int = 4
    seed: int = 11
    name: str = "Northwind Outdoor (sample)"
    domain: str = "northwind-sample.myshopify.com"
    currency: str = "USD"
    timezone: str = "America/New_York"
    orders: list[dict[str, Any]] = field(default_factory=list)
    net: Counter[date] = field(default_factory=Counter)
    counts: Counter[date] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - numbers that repeat, no secret
        self._ids = itertools.count(1001)
        self._bought: Counter[int] = Counter()
        for day in range(self.days):
            for _ in range(self._random.randint(1, self.per_day) if self.per_day else 0):
                self._live(day)

    @property
    def created_at(self) -> str:
        """Return when the shop was opened."""
        return _stamp(self.at(0, 0))

    @property
    def earned(self) -> int:
        """All that it earned, in cents."""
        return self.net.total()

    def at(self, day: int, hour: int = 12, minute: int = 0) -> datetime:
        """Return a moment of the shop's own clock."""
        zone = ZoneInfo(self.timezone)
        return datetime.combine(self.first + timedelta(days=day), time(hour, minute), zone)

    def place(  # noqa: PLR0913 - all that an order may differ in
        self,
        at: datetime,
        items: Sequence[Item],
        *,
        person: int = 0,
        currency: str = "",
        is_test: bool = False,
        visits: Sequence[tuple[str, str, str]] = (),
    ) -> dict[str, Any]:
        """Place an order; ``person`` 0 is one who is seen once."""
        number = next(self._ids)
        shown = currency or self.currency
        sales = [self._sale("ORDER", item, shown) for item in items]
        sales.append(self._sale("ORDER", Item(_SHIPPING, kind="SHIPPING"), shown))
        order = {
            "id": f"gid://shopify/Order/{number}",
            "name": f"#{number}",
            "test": is_test,
            "processedAt": _stamp(at),
            "updatedAt": _stamp(at),
            "currencyCode": self.currency,
            "displayFinancialStatus": "PAID",
            "cancelledAt": None,
            "email": f"customer{person or number}@example.com",
            "customer": {"id": f"gid://shopify/Customer/{person or number}"},
            "customerJourneySummary": self._journey(at, person, visits, is_test=is_test),
            "agreements": Connection([]),
            "shown": shown,
            "at": at,
        }
        self.orders.append(order)
        self._agree(order, at, "ORDER", sales)
        if not is_test:
            self.counts[self._day(at)] += 1
            self._earn(at, [item.net for item in items if item.kind == "PRODUCT"])
        return order

    def add(self, order: dict[str, Any], at: datetime, item: Item) -> None:
        """Edit an order: put another item in; it counts as if it had been there at once."""
        self._agree(order, at, "ORDER_EDIT", [self._sale("ORDER", item, order["shown"])])
        self._earn(order["at"], [item.net])

    def give_back(
        self, order: dict[str, Any], at: datetime, item: Item, *, kept: int = 0, reason: str = ""
    ) -> None:
        """Take an item back, but for what the shop keeps of its price."""
        sales = [self._sale("RETURN", item, order["shown"])]
        if kept:
            sales.append(self._sale("RETURN", Item(-kept, kind="ADJUSTMENT"), order["shown"], 0))
        self._agree(order, at, reason or "REFUND", sales)
        order["displayFinancialStatus"] = "PARTIALLY_REFUNDED"
        self._earn(at, [kept - item.net])

    def cancel(self, order: dict[str, Any], at: datetime, items: Sequence[Item]) -> None:
        """Cancel an order and pay all of it back."""
        shipping = Item(_SHIPPING, kind="SHIPPING")
        sales = [self._sale("RETURN", item, order["shown"]) for item in (*items, shipping)]
        self._agree(order, at, "REFUND", sales)
        order["displayFinancialStatus"], order["cancelledAt"] = "REFUNDED", _stamp(at)
        self._earn(at, [-item.net for item in items])

    def _live(self, day: int) -> None:
        """Let somebody buy, and maybe send something back."""
        chance = self._random
        items = [
            Item(price, chance.randint(1, 2), chance.choice((0, 0, 0, price // 10)))
            for price in chance.sample(_PRICES, chance.randint(1, 2))
        ]
        at = self.at(day, chance.randint(8, 23), chance.randint(0, 59))
        visits = chance.choices(_VISITS, k=chance.randint(0, 3))
        order = self.place(at, items, person=chance.randint(1, 40), visits=visits)
        later = day + chance.randint(1, 14)
        if chance.random() < 0.15 and later < self.days:  # noqa: PLR2004 - one in seven
            self.give_back(order, self.at(later, 15), items[0])

    def _journey(
        self,
        at: datetime,
        person: int,
        visits: Sequence[tuple[str, str, str]],
        *,
        is_test: bool,
    ) -> dict[str, Any]:
        if not is_test and person:
            self._bought[person] += 1
        made = [
            {
                "id": f"gid://shopify/CustomerVisit/{next(self._ids)}",
                "occurredAt": _stamp(at - timedelta(hours=3 * (len(visits) - each))),
                "source": source or "direct",
                "utmParameters": {"source": source, "medium": medium, "campaign": campaign}
                if source
                else None,
            }
            for each, (source, medium, campaign) in enumerate(visits)
        ]
        return {
            "ready": True,
            "customerOrderIndex": None if is_test else self._bought[person] or 1,
            "lastVisit": made[-1] if made else None,
            "moments": Connection(made),
        }

    def _agree(
        self, order: dict[str, Any], at: datetime, reason: str, sales: list[dict[str, Any]]
    ) -> None:
        order["agreements"].nodes.append(
            {
                "id": f"gid://shopify/SalesAgreement/{next(self._ids)}",
                "happenedAt": _stamp(at),
                "reason": reason,
                "sales": Connection(sales),
            }
        )
        order["updatedAt"] = max(order["updatedAt"], _stamp(at))

    def _sale(
        self, action: str, item: Item, shown: str, permille: int = _TAX_PERMILLE
    ) -> dict[str, Any]:
        sign = -1 if action == "RETURN" else 1
        tax = 0 if item.kind == "GIFT_CARD" else item.net * permille // 1000
        has_pieces = item.kind in ("PRODUCT", "GIFT_CARD")
        return {
            "id": f"gid://shopify/Sale/{next(self._ids)}",
            "actionType": action,
            "lineType": item.kind,
            "quantity": sign * item.quantity if has_pieces else None,
            "totalAmount": self._money(sign * (item.net + tax), shown),
            "totalTaxAmount": self._money(sign * tax, shown),
            "totalDiscountAmountBeforeTaxes": self._money(sign * item.discount, shown),
            "totalDiscountAmountAfterTaxes": self._money(0, shown),
        }

    def _money(self, cents: int, shown: str) -> dict[str, Any]:
        seen = cents if shown == self.currency else cents * _EUROS_PERMILLE // 1000
        return {
            "shopMoney": {"amount": _text(cents), "currencyCode": self.currency},
            "presentmentMoney": {"amount": _text(seen), "currencyCode": shown},
        }

    def _earn(self, at: datetime, cents: Sequence[int]) -> None:
        self.net[self._day(at)] += sum(cents)

    def _day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.timezone)).date()


def make_sample_shop(last: date, days: int = 120) -> SampleShop:
    """Return a shop in which everything has happened that hurts who reads it carelessly."""
    shop = SampleShop(first=last - timedelta(days=days - 1), days=days)
    tent, lamp, boots = Item(24_900), Item(3500, 2, 500), Item(15_900)
    edited = shop.place(shop.at(1), [tent, lamp], person=41, visits=_VISITS[:2])
    shop.add(edited, shop.at(2), boots)
    shop.give_back(edited, shop.at(3), lamp, reason="ORDER_EDIT")
    shop.give_back(edited, shop.at(6), tent, kept=2000)
    shop.give_back(edited, shop.at(8), boots)
    shop.place(shop.at(2), [boots], person=42, currency="EUR")
    for day in (1, 4, 5):
        shop.place(shop.at(day), [tent], person=43, is_test=True)
    shop.place(shop.at(3), [Item(5000, kind="GIFT_CARD"), lamp], person=41)
    cancelled = shop.place(shop.at(4), [boots, lamp], person=44)
    shop.cancel(cancelled, shop.at(5), [boots, lamp])
    shop.place(shop.at(6), [Item(0)], person=45)
    return shop


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
