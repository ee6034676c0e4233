"""Triple Whale over loopback: one shop's summary page and the journeys before its orders."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from deploy.sandbox.serving import Peer, Reply, route

SHOP = "whale.myshopify.com"
KEY = "key-of-whale"


class TripleWhalePeer(Peer):
    """A shop whose orders of the days before ``today`` are known.

    Attributes:
        orders: as the API gives them.
        days: by day the numbers of the summary page.
        shops: those that are connected; of any other all fails with 500.
    """

    def __init__(self, today: date, days: int = 20, seed: int = 9) -> None:
        super().__init__()
        chance = random.Random(seed)  # noqa: S311 - the same numbers each time
        self.orders, self.days, self.shops = [], {}, {SHOP}
        for number in range(days):
            day = today - timedelta(days=number)
            self.days[day] = {
                "netSales": chance.randint(0, 999_999) / 100,
                "orders": 3,
                "blendedAds": chance.randint(0, 99_999) / 100,
                "mer": 0.3,
            }
            for place in range(3):
                self.add_order(datetime.combine(day, time(8 * place), UTC))

    def add_order(self, at):
        """Add an order with a click a day before it, and for some an earlier one."""
        number = len(self.orders)
        last = _click("facebook-ads", f"c{number % 4}", f"a{number}", at - timedelta(days=1))
        first = _click("google-ads", "g1", "g2", at - timedelta(days=6))
        models = {"lastClick": [last], "firstClick": [first if number % 2 else last]}
        if number % 3:
            models["linearAll"] = [first, last] if number % 2 else [last]
        self.orders.append(
            {
                "order_id": 5_000_000 + number,
                "order_name": f"#{number}",
                "created_at": at.isoformat(),
                "customer_id": 700 + number % 5,
                "total_price": "10.00",
                "currency": "GBP",
                "attribution": models,
                "journey": [],
            }
        )

    def answer(self, asked):
        """Refuse another key."""
        if asked.headers.get("x-api-key") != KEY:
            self.ledger.append(asked)
            return Reply({"success": False, "message": "Invalid API key"}, 401)
        return super().answer(asked)

    @route("GET", "/api/v2/users/api-keys/me")
    def me(self, _asked):
        """Tell of the key."""
        return Reply({"description": "Omnify", "scopes": ["summary-page:read"]})

    @route("POST", "/api/v2/summary-page/get-data")
    def summary(self, asked):
        """Sum up a period."""
        wanted = asked.json
        if wanted["shopDomain"] not in self.shops:
            return Reply({"message": "Internal server error"}, 500)
        first, last = (date.fromisoformat(wanted["period"][name]) for name in ("start", "end"))
        if not 1 <= wanted["todayHour"] <= 25:
            return Reply({"success": False, "message": "Invalid request."}, 400)
        sums = {}
        for day, numbers in self.days.items():
            if first <= day <= last:
                for name, number in numbers.items():
                    sums[name] = sums.get(name, 0) + number
        tiles = [
            {"id": name, "title": name, "values": {"current": number, "previous": 0}}
            for name, number in sums.items()
        ]
        return Reply({"metrics": tiles})

    @route("POST", "/api/v2/attribution/get-orders-with-journeys-v2")
    def journeys(self, asked):
        """List orders of a period, a page of them."""
        wanted = asked.json
        if wanted["shop"] not in self.shops:
            return Reply({"message": "Internal server error"}, 500)
        first, last = (
            datetime.strptime(wanted[name], "%Y-%m-%dT%H:%M:%S.%f%z")
            for name in ("startDate", "endDate")
        )
        found = [
            each
            for each in self.orders
            if first <= datetime.fromisoformat(each["created_at"]) <= last
        ]
        size = wanted.get("pageSize", 50)
        start = size * (wanted.get("page", 1) - 1)
        rows = found[start : start + size]
        return Reply({"totalForRange": len(found), "count": len(rows), "ordersWithJourneys": rows})

    @route("POST", "/api/v2/orcabase/api/sql")
    def sql(self, asked):
        """Answer what is asked of the ads table with one row."""
        wanted = asked.json
        if wanted["shopId"] not in self.shops or "@startDate" not in wanted["query"]:
            return Reply({"message": "Internal server error"}, 500)
        row = {"channel": "facebook-ads", "spend": 12.5, "roas": 2.0}
        if "ad_id" in wanted["query"]:
            row |= {"ad_id": "a1", "ad_name": "Blue", "clicks": 7}
        return Reply({"success": True, "data": [row]})


def _click(source, campaign, ad, at):
    return {
        "source": source,
        "campaignId": campaign,
        "adsetId": "",
        "adId": ad,
        "clickDate": at.isoformat(),
    }
