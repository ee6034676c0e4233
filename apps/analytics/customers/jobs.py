"""Take in more orders than an event's handler does."""

from __future__ import annotations

from apps.analytics.customers.operations import ORDERS, TakeInOrders
from apps.analytics.metrics.periods import count_days
from apps.analytics.store.queries.slices import Slice
from omnify.jobs import job
from omnify.jobs.runs import Run


@job(TakeInOrders, attempts=8)
def take_in_source_orders(run: Run, asked: TakeInOrders) -> None:
    """Replace the orders of a source, some days at a time."""
    total = count_days(asked.first, asked.last)
    first = asked.first
    while True:
        after = run.call(ORDERS.take_in_part, Slice(asked.source_id, first, asked.last))
        if after is None:
            run.progress(total, total, "days")
            return
        first = after
        run.progress(count_days(asked.first, first) - 1, total, "days")
