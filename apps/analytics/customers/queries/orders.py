"""The orders that integrations has of a source."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from apps.analytics.customers.rows import OrderRow, to_row
from apps.analytics.store.queries.slices import Slice
from apps.analytics.store.records import RecordsPage
from apps.integrations.contract import Integrations, OrdersQuery
from omnify.services import client_of


def iter_pages(wanted: Slice) -> Iterator[RecordsPage[OrderRow]]:
    """Yield what integrations has of a slice by day.

    A former version of integrations gives the orders of other sources beside them.
    """
    query = OrdersQuery(from_date=wanted.first, to_date=wanted.last, connection_id=wanted.source_id)
    while True:
        page = client_of(Integrations).orders(query)
        own = (each for each in page.orders if each.connection_id == wanted.source_id)
        yield RecordsPage([*map(to_row, own)], is_last=not page.next)
        if not page.next:
            return
        query = replace(query, after=page.next)
