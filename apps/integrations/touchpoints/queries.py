"""Touchpoints in pages."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q

from apps.integrations.connections.queries import read_page
from apps.integrations.contract import TouchpointsQuery
from apps.integrations.metrics.queries import spell_channels
from apps.integrations.touchpoints.models import STEP, Touchpoint


def list_touchpoints(query: TouchpointsQuery) -> tuple[list[Touchpoint], str]:
    """Return a page of touchpoints by day, and the next page's cursor (empty on the last page).

    Raises:
        CursorInvalidError: no page gave ``after`` as its next.
    """
    rows = Touchpoint.counted().filter(date__gte=query.from_date, date__lte=query.to_date)
    if query.connection_id is not None:
        rows = rows.filter(connection_id=query.connection_id)
    if query.channels:
        names = spell_channels(query.channels)
        on_path = (Q(path__contains=f"{STEP}{name}{STEP}") for name in names)
        rows = rows.filter(reduce(or_, on_path, Q(pk__in=())))
    return read_page(rows, after=query.after, limit=query.limit)
