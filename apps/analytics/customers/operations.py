"""Taking in the orders that connections bring: slices are replaced, never added to."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from apps.analytics.customers.messages import CohortsQuery, CohortsResult
from apps.analytics.customers.models import OrderedSource, StoredOrder
from apps.analytics.customers.queries.cohorts import get_cohorts
from apps.analytics.customers.queries.orders import iter_pages
from apps.analytics.customers.rows import OrderRow
from apps.analytics.store.records import Records, TakeInRecords, read_connections


class TakeInOrders(TakeInRecords):
    """Take in the orders of days, both included, that are too many for an event's handler."""

    kind = "analytics.take_in_orders"


ORDERS: Final = Records(
    OrderRow,
    model=StoredOrder,
    sources=OrderedSource,
    changed_at=attrgetter("orders_changed_at"),
    pages=iter_pages,
    rest=TakeInOrders,
    name="orders",
)


def answer_cohorts(query: CohortsQuery) -> CohortsResult:
    """Return cohorts by period, after taking in the orders that changed a moment ago.

    Raises:
        QueryInvalidError: the range ends before it begins.
        NoOrdersError: no customer has an order.
        ServiceUnavailableError: integrations is away, and no connection is known here.
    """
    return get_cohorts(query, read_connections(ORDERS))
