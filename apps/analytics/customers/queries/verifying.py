"""Whether the orders that are kept here are those that integrations has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from apps.analytics.customers.queries.slices import iter_days, iter_stored_days
from apps.analytics.store.queries.slices import Slice
from apps.analytics.store.queries.verifying import Difference, align

_EVERY_DAY: Final = (date.min, date.max)


def find_order_differences(source_id: UUID) -> Iterator[Difference]:
    """Yield the days of which other orders are kept than integrations has.

    What changes meanwhile differs until its event is handled.
    """
    streams = (iter_days(Slice(source_id, *_EVERY_DAY)), iter_stored_days(source_id))
    for day, (theirs, ours) in align(streams):
        expected, found = Counter(theirs), Counter(ours)
        missing, surplus = (expected - found).total(), (found - expected).total()
        if missing or surplus:
            what = f"{missing} orders are missing, and {surplus} are not in integrations"
            yield Difference(source_id, day, what)
