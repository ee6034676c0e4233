"""The orders that integrations has of a source, and those that are kept here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from apps.analytics.customers.models import OrderedSource, StoredOrder
from apps.analytics.customers.rows import OrderRow, to_row
from apps.analytics.store.queries.slices import Slice
from apps.integrations.contract import MAX_PAGE, Integrations, OrdersPage, OrdersQuery
from omnify.services import client_of

_day_of: Final = itemgetter(0)


class FetchedOrders(msgspec.Struct, frozen=True):
    """All orders of a slice as integrations had them, after the source had its ``generation``.

    ``as_of`` is the last change of any source before; None where there is none any more.
    """

    slice: Slice
    orders: list[OrderRow]
    generation: int
    as_of: datetime | None


def fetch_orders(wanted: Slice) -> FetchedOrders:
    """Ask integrations for a slice; of a large one for its first days, as many as come at once."""
    generation = find_generation(wanted.source_id)
    orders: list[OrderRow] = []
    as_of = None
    for page in _pages(wanted):
        orders.extend(_own_of(page, wanted))
        as_of = as_of or page.as_of
        if page.next and orders and orders[0].date < orders[-1].date:
            # The last day may go on.
            end = date.fromordinal(orders[-1].date.toordinal() - 1)
            whole = [order for order in orders if order.date <= end]
            return FetchedOrders(replace(wanted, last=end), whole, generation, as_of)
    return FetchedOrders(wanted, orders, generation, as_of)


def iter_days(wanted: Slice) -> Iterator[tuple[date, list[OrderRow]]]:
    """Yield the orders that integrations has of a slice by day."""
    orders = (order for page in _pages(wanted) for order in _own_of(page, wanted))
    for day, own in groupby(orders, key=_day_of):
        yield day, list(own)


def iter_stored_days(source_id: UUID) -> Iterator[tuple[date, list[OrderRow]]]:
    """Yield the orders of a source that are kept here by day."""
    rows = StoredOrder.objects.filter(source_id=source_id).order_by("date")
    values = rows.values_list(*OrderRow._fields).iterator(chunk_size=MAX_PAGE)
    for day, own in groupby(values, key=_day_of):
        yield day, [*map(OrderRow._make, own)]


def find_generation(source_id: UUID) -> int:
    """Return how often the orders of a source changed here."""
    found = OrderedSource.objects.filter(source_id=source_id)
    return found.values_list("generation", flat=True).first() or 0


def _pages(wanted: Slice) -> Iterator[OrdersPage]:
    query = OrdersQuery(from_date=wanted.first, to_date=wanted.last, connection_id=wanted.source_id)
    while True:
        page = client_of(Integrations).orders(query)
        yield page
        if not page.next:
            return
        query = replace(query, after=page.next)


def _own_of(page: OrdersPage, wanted: Slice) -> Iterator[OrderRow]:
    """Yield the orders of a slice; a former version of integrations gives others beside them."""
    for order in page.orders:
        if order.connection_id == wanted.source_id:
            yield to_row(order)
