"""Handle what integrations tells of orders and of customers."""

from __future__ import annotations

from apps.analytics.customers.operations import forget_customers, take_in_orders
from apps.analytics.customers.queries.slices import FetchedOrders, fetch_orders
from apps.analytics.store.queries.slices import Slice
from apps.integrations.contract import CustomersErased, OrdersChanged
from omnify.events import on


def fetch_changed_orders(event: OrdersChanged) -> FetchedOrders:
    """Ask integrations for the orders that a connection has now of the days that changed."""
    return fetch_orders(_slice_of(event))


@on(OrdersChanged, fetch=fetch_changed_orders)
def take_in_changed_orders(event: OrdersChanged, fetched: FetchedOrders) -> None:
    """Replace the orders of the days that changed."""
    take_in_orders(_slice_of(event), fetched)


@on(CustomersErased)
def forget_erased_customers(event: CustomersErased) -> None:
    """Let nothing lead to the customers any more."""
    forget_customers(event.customers)


def _slice_of(event: OrdersChanged) -> Slice:
    return Slice(event.connection_id, event.first_date, event.last_date)
