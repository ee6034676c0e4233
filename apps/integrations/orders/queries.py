"""Orders in pages."""

from __future__ import annotations

from apps.integrations.connections.queries import read_page
from apps.integrations.contract import OrdersQuery
from apps.integrations.metrics.queries import spell_channels
from apps.integrations.orders.models import Order


def list_orders(query: OrdersQuery) -> tuple[list[Order], str]:
    """Return a page of orders by day, and the next page's cursor (empty on the last page).

    Raises:
        CursorInvalidError: no page gave ``after`` as its next.
    """
    rows = Order.counted().filter(date__gte=query.from_date, date__lte=query.to_date, is_test=False)
    if query.connection_id is not None:
        rows = rows.filter(connection_id=query.connection_id)
    if query.channels:
        rows = rows.filter(channel__in=spell_channels(query.channels))
    return read_page(rows, after=query.after, limit=query.limit)
