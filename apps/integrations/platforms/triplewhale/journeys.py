"""The clicks before a shop's orders, as touches of their customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import IncompleteError
from apps.integrations.platforms.rows import Slice, TouchRow
from apps.integrations.platforms.shapes import read_as
from apps.integrations.platforms.triplewhale.answers import find_shop
from omnify.services.messages import Message

_PAGE: Final = 100
#: The model of attribution that has all clicks, and those that have some, where it is missing.
_ALL: Final = "linearAll"
_SOME: Final = ("fullFirstClick", "firstClick", "linear", "lastClick", "fullLastClick")
#: What Triple Whale calls what it leaves out.
_EXCLUDED: Final = "Excluded"


class _Click(Message, rename="camel"):
    source: str = ""
    campaign_id: str | None = None
    adset_id: str | None = None
    ad_id: str | None = None
    click_date: datetime | None = None


class Order(Message):
    """An order with its clicks by models of attribution."""

    order_id: int | str
    created_at: datetime
    currency: str
    total_price: float | str | None = None
    customer_id: int | str | None = None
    attribution: dict[str, list[_Click]] = {}  # noqa: RUF012 - msgspec copies it for each instance


class _Answer(Message, rename="camel"):
    total_for_range: int
    orders_with_journeys: list[Order]


def read_touches(api: Api, wanted: Slice) -> Iterator[TouchRow]:
    """Yield the clicks before the orders of days, each once."""
    for order in read_orders(api, wanted.first, wanted.last):
        seen: set[str] = set()
        for click in _list_clicks(order):
            row = _to_row(order, click)
            if row.id not in seen:
                seen.add(row.id)
                yield row


def read_orders(api: Api, first: date, last: date) -> Iterator[Order]:
    """Yield the orders of days.

    Raises:
        IncompleteError: Triple Whale gave fewer than it says that there are, or some twice.
    """
    seen: set[int | str] = set()
    page = 0
    while True:
        page += 1
        answer = read_as(_Answer, ask_orders(api, first, last, page=page, size=_PAGE))
        orders = [each for each in answer.orders_with_journeys if each.order_id not in seen]
        seen |= {each.order_id for each in orders}
        yield from orders
        if len(seen) >= answer.total_for_range:
            return
        if not orders:
            words = f"Triple Whale has {answer.total_for_range:,} orders and gave {len(seen):,}."
            raise IncompleteError(words, may_halve=True)


def ask_orders(api: Api, first: date, last: date, *, page: int, size: int) -> Any:
    """Return a page of orders with their journeys as Triple Whale gives it."""
    body = {
        "shop": find_shop(api),
        "startDate": f"{first}T00:00:00.000+0000",
        "endDate": f"{last}T23:59:59.999+0000",
        "page": page,
        "pageSize": size,
    }
    return api.post("/api/v2/attribution/get-orders-with-journeys-v2", body, is_read=True)


def _list_clicks(order: Order) -> list[_Click]:
    """Return all clicks that are told of an order, the same one perhaps several times."""
    models = [_ALL] if order.attribution.get(_ALL) else _SOME
    clicks = [click for model in models for click in order.attribution.get(model, [])]
    return [click for click in clicks if click.source not in ("", _EXCLUDED)]


def _to_row(order: Order, click: _Click) -> TouchRow:
    at = click.click_date or order.created_at
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    parts = (order.order_id, at.isoformat(), click.source, click.campaign_id, click.ad_id)
    return TouchRow(
        id=":".join(str(part or "") for part in parts),
        at=at,
        customer=str(order.customer_id or ""),
        channel=click.source,
        campaign=click.campaign_id or "",
        order_id=str(order.order_id),
    )
