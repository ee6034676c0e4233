"""What Triple Whale attributes, sums up and says of ads, for whoever asks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from apps.integrations.platforms.lookups import LookedUp, LookupRow, Wanted, to_values
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.shapes import read_as, read_micros
from apps.integrations.platforms.triplewhale.answers import find_shop
from apps.integrations.platforms.triplewhale.journeys import read_orders
from apps.integrations.platforms.triplewhale.summary import ask_page
from omnify.money import format_count, from_micros
from omnify.services.messages import Message

#: The tiles of the summary page that are of revenue.
_REVENUE: Final = (
    *("sales", "netSales", "blendedSales", "totalRefunds", "orders", "newCustomersOrders"),
)
_ROAS: Final = (
    "SELECT channel, SUM(spend) AS spend, SUM(conversion_value) AS conversion_value,"
    " SUM(conversion_value) / NULLIF(SUM(spend), 0) AS roas FROM ads_table"
    " WHERE event_date BETWEEN @startDate AND @endDate GROUP BY channel ORDER BY channel"
)
_CREATIVES: Final = (
    "SELECT ad_id, ad_name, channel, SUM(spend) AS spend, SUM(impressions) AS impressions,"
    " SUM(clicks) AS clicks, SUM(conversion_value) AS conversion_value FROM ads_table"
    " WHERE event_date BETWEEN @startDate AND @endDate GROUP BY ad_id, ad_name, channel"
    " ORDER BY spend DESC LIMIT {limit}"
)


class _Values(Message):
    current: float | str | None = None


class _Tile(Message):
    id: str = ""
    title: str = ""
    values: _Values = _Values()


class _Page(Message):
    metrics: list[_Tile]


class _Table(Message):
    data: list[dict[str, Any]]


def sum_attribution(api: Api, wanted: Wanted) -> LookedUp:
    """Return the orders of days by the source of their last click."""
    counts: dict[str, int] = defaultdict(int)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for order in read_orders(api, wanted.first, wanted.last):
        clicks = order.attribution.get("lastClick", [])
        source = clicks[-1].source if clicks else ""
        counts[source] += 1
        sums[source, order.currency] += read_micros(order.total_price or 0)
    rows = (
        LookupRow(
            id=source,
            name=source,
            values={
                "orders": str(counts[source]),
                "revenue": format_count(from_micros(micros)),
                "currency": currency,
            },
        )
        for (source, currency), micros in sorted(sums.items())
    )
    return LookedUp(results=tuple(rows))


def tell_revenue(api: Api, wanted: Wanted) -> LookedUp:
    """Return the tiles of the summary page that are of revenue."""
    page = read_as(_Page, ask_page(api, wanted.first, wanted.last))
    rows = (
        LookupRow(id=tile.id, name=tile.title, values=to_values({"value": tile.values.current}))
        for tile in page.metrics
        if tile.id in _REVENUE
    )
    return LookedUp(results=tuple(rows))


def tell_roas(api: Api, wanted: Wanted) -> LookedUp:
    """Return what each channel cost and what it claims to have brought."""
    rows = _query(api, _ROAS, wanted)
    return LookedUp(results=tuple(_to_row(row, "channel", "channel") for row in rows))


def tell_creatives(api: Api, wanted: Wanted) -> LookedUp:
    """Return the ads that cost most, and how they did."""
    rows = _query(api, _CREATIVES.format(limit=wanted.limit), wanted)
    return LookedUp(results=tuple(_to_row(row, "ad_id", "ad_name") for row in rows))


def _query(api: Api, query: str, wanted: Wanted) -> list[dict[str, Any]]:
    body = {
        "shopId": find_shop(api),
        "query": query,
        "period": {"startDate": f"{wanted.first}", "endDate": f"{wanted.last}"},
    }
    return read_as(_Table, api.post("/api/v2/orcabase/api/sql", body, is_read=True)).data


def _to_row(row: dict[str, Any], id_name: str, name: str) -> LookupRow:
    return LookupRow(
        id=str(row.get(id_name) or ""), name=str(row.get(name) or ""), values=to_values(row)
    )
