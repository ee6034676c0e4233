"""Reads a file by its mapping: checks it, asks where it must, and yields what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from apps.integrations.imports.reading.metrics import MetricReader
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.results import (
    Check,
    MetricValues,
    Remark,
)
from apps.integrations.imports.reading.rows import Outcome
from apps.integrations.imports.reading.spans import find_gaps, find_spans
from apps.integrations.imports.reading.tallies import Tally


class Reading:
    """A file that is read by a mapping: once it is drained, ``check`` says what it comes to."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.outcome = Outcome()
        self.tally = Tally()
        self.spans = find_spans(plan)
        self._reader = MetricReader(plan, self.spans, self.outcome)

    def iter_metrics(self) -> Iterator[MetricValues]:
        """Yield the metrics of rows without errors."""
        yield from self.tally.watch(self._reader.run())

    def check(self) -> Check:
        """Return what was read so far comes to."""
        plan, outcome, tally = self.plan, self.outcome, self.tally
        return Check(
            kind=plan.mapping.kind,
            currency=plan.currency,
            row_count=outcome.rows,
            metric_count=tally.metrics,
            first_date=tally.first,
            last_date=tally.last,
            grain=self.spans.grain,
            sums=tally.sums(),
            gaps=find_gaps(self.spans.first_days, self.spans.grain)[:50],
            left_out=outcome.left_out,
            warnings=(*plan.remarks, *self.spans.remarks, *self._remarks()),
            questions=plan.questions,
            errors=tuple(outcome.errors.listed),
            error_count=outcome.errors.count,
            is_complete=plan.table.is_complete,
        )

    def _remarks(self) -> Iterator[Remark]:
        for each in self.outcome.left_out:
            rows = "row" if each.rows == 1 else "rows"
            where = ", ".join(map(str, each.lines))
            message = f"{each.rows:,} {rows} of {each.reason} left out: line {where}."
            yield Remark(code=each.reason, message=message)
        if self._reader.summed:
            message = f"{self._reader.summed:,} rows were added to another one of their day."
            yield Remark(code="summed", message=message)


def check(plan: Plan) -> Check:
    """Return what a file comes to: sums, warnings, questions, errors."""
    reading = Reading(plan)
    for _ in reading.iter_metrics():
        pass
    return reading.check()
