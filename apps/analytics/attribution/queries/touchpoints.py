"""The touchpoints that integrations has of a source."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from apps.analytics.attribution.rows import TouchpointRow, to_row
from apps.analytics.store.queries.slices import Slice
from apps.analytics.store.records import RecordsPage
from apps.integrations.contract import Integrations, TouchpointsQuery
from omnify.services import client_of


def iter_pages(wanted: Slice) -> Iterator[RecordsPage[TouchpointRow]]:
    """Yield what integrations has of a slice by day.

    A former version of integrations gives the touchpoints of other sources beside them.
    """
    query = TouchpointsQuery(
        from_date=wanted.first, to_date=wanted.last, connection_id=wanted.source_id
    )
    while True:
        page = client_of(Integrations).touchpoints(query)
        own = (each for each in page.touchpoints if each.connection_id == wanted.source_id)
        yield RecordsPage([*map(to_row, own)], is_last=not page.next)
        if not page.next:
            return
        query = replace(query, after=page.next)
