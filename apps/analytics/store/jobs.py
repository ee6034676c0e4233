"""Take in what is too much for an event's handler."""

from __future__ import annotations

from apps.analytics.metrics.periods import count_days
from apps.analytics.store.operations import TakeIn, take_in_part
from apps.analytics.store.queries.slices import Slice
from omnify.jobs import job
from omnify.jobs.runs import Run


@job(TakeIn, attempts=8)
def take_in_source(run: Run, asked: TakeIn) -> None:
    """Replace the days of a source, some at a time."""
    total = count_days(asked.first, asked.last)
    first = asked.first
    while True:
        after = run.call(take_in_part, Slice(asked.source_id, first, asked.last))
        if after is None:
            run.progress(total, total, "days")
            return
        first = after
        run.progress(count_days(asked.first, first) - 1, total, "days")
