"""Taking in the touchpoints that connections bring: slices are replaced, never added to."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from apps.analytics.attribution.messages import AttributionQuery, AttributionResult
from apps.analytics.attribution.models import StoredTouchpoint, TouchedSource
from apps.analytics.attribution.queries.results import get_attribution
from apps.analytics.attribution.queries.touchpoints import iter_pages
from apps.analytics.attribution.rows import TouchpointRow
from apps.analytics.customers.operations import ORDERS
from apps.analytics.store.records import Records, TakeInRecords, read_connections


class TakeInTouchpoints(TakeInRecords):
    """Take in a source's touchpoints of days that are too many for an event's handler."""

    kind = "analytics.take_in_touchpoints"


TOUCHPOINTS: Final = Records(
    TouchpointRow,
    model=StoredTouchpoint,
    sources=TouchedSource,
    changed_at=attrgetter("touchpoints_changed_at"),
    pages=iter_pages,
    rest=TakeInTouchpoints,
    name="touchpoints",
)


def answer_attribution(query: AttributionQuery) -> AttributionResult:
    """Return the credit of channels, after taking in what changed a moment ago.

    Raises:
        QueryInvalidError: the range ends before it begins.
        NoJourneysError: no journey with a conversion ends in the range.
        ServiceUnavailableError: integrations is away, and no connection is known here.
    """
    return get_attribution(query, read_connections(TOUCHPOINTS, ORDERS))
