"""Handle what integrations tells of orders."""

from __future__ import annotations

from apps.analytics.customers.operations import ORDERS
from apps.analytics.customers.rows import OrderRow
from apps.analytics.store.queries.slices import Slice
from apps.analytics.store.records import FetchedRecords
from apps.integrations.contract import OrdersChanged
from omnify.events import on


def fetch_changed_orders(event: OrdersChanged) -> FetchedRecords[OrderRow]:
    """Ask integrations for the orders that a connection has now of the days that changed."""
    return ORDERS.fetch(_slice_of(event))


@on(OrdersChanged, fetch=fetch_changed_orders)
def take_in_changed_orders(event: OrdersChanged, fetched: FetchedRecords[OrderRow]) -> None:
    """Replace the orders of the days that changed."""
    ORDERS.take_in(_slice_of(event), fetched)


def _slice_of(event: OrdersChanged) -> Slice:
    return Slice(event.connection_id, event.first_date, event.last_date)
