"""Taking in the touchpoints that connections bring: slices are replaced, never added to."""

from __future__ import annotations

from typing import Final

from apps.analytics.attribution.models import StoredTouchpoint, TouchedSource
from apps.analytics.attribution.queries.touchpoints import iter_pages
from apps.analytics.attribution.rows import TouchpointRow
from apps.analytics.store.records import Records, TakeInRecords


class TakeInTouchpoints(TakeInRecords):
    """Take in a source's touchpoints of days that are too many for an event's handler."""

    kind = "analytics.take_in_touchpoints"


TOUCHPOINTS: Final = Records(
    TouchpointRow,
    model=StoredTouchpoint,
    sources=TouchedSource,
    pages=iter_pages,
    rest=TakeInTouchpoints,
    name="touchpoints",
)
