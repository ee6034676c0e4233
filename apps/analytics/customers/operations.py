"""Taking in the orders that connections bring: slices are replaced, never added to."""

from __future__ import annotations

from typing import Final

from apps.analytics.customers.models import OrderedSource, StoredOrder
from apps.analytics.customers.queries.orders import iter_pages
from apps.analytics.customers.rows import OrderRow
from apps.analytics.store.records import Records, TakeInRecords


class TakeInOrders(TakeInRecords):
    """Take in the orders of days, both included, that are too many for an event's handler."""

    kind = "analytics.take_in_orders"


ORDERS: Final = Records(
    OrderRow,
    model=StoredOrder,
    sources=OrderedSource,
    pages=iter_pages,
    rest=TakeInOrders,
    name="orders",
)
