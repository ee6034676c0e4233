"""Reads what a file holds, by a plan, and says what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from apps.integrations.imports.reading.cells.days import DAY
from apps.integrations.imports.reading.mapping import (
    MetricsMapping,
    OrdersMapping,
    RatesMapping,
    TouchpointsMapping,
)
from apps.integrations.imports.reading.metrics import MetricReader
from apps.integrations.imports.reading.orders import OrderReader
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.rates import RateReader
from apps.integrations.imports.reading.remarks import about_no_values
from apps.integrations.imports.reading.results import (
    Check,
    Days,
    MeasureSum,
    MetricValues,
    OrderValues,
    RateValues,
    Remark,
    TouchpointValues,
)
from apps.integrations.imports.reading.rows import Outcome
from apps.integrations.imports.reading.spans import find_gaps, find_spans
from apps.integrations.imports.reading.summing import MOST_KEYS
from apps.integrations.imports.reading.tallies import Tally
from apps.integrations.imports.reading.touchpoints import TouchpointReader
from omnify.money import from_micros

_LISTED_GAPS: Final = 50


class FileReader:
    """One way through a file, by a plan; once it is drained, ``check`` says what it came to.

    What it yields is right only if the check has no errors and the plan no questions.
    """

    def __init__(self, plan: Plan, *, most_keys: int = MOST_KEYS) -> None:
        """``most_keys`` entities are added up in memory; more are kept in files meanwhile."""
        self.plan = plan
        self.outcome = Outcome()
        self.tally = Tally()
        self._orders = OrderReader(plan, self.outcome, most_keys)
        self._touchpoints = TouchpointReader(plan, self.outcome, most_keys)
        self._rates = RateReader(plan, self.outcome, most_keys)
        self._spans = find_spans(plan) if isinstance(plan.mapping, MetricsMapping) else None
        self._metrics: MetricReader | None = None
        if self._spans is not None:
            self._metrics = MetricReader(
                plan, self._spans, self.outcome, self.tally, most_keys=most_keys
            )
        self._are_orders_read = False

    def iter_metrics(self) -> Iterator[MetricValues]:
        """Yield the metrics of a file; of a file of orders each day's revenue and orders.

        Without what ``iter_refunds`` yields.
        """
        if self._metrics is not None:
            for metrics in self._metrics.run():
                yield from metrics
        elif isinstance(self.plan.mapping, OrdersMapping):
            if not self._are_orders_read:
                _drain(self.iter_orders())
            for metric in self._orders.iter_days():
                self.tally.metrics += 1
                self.tally.add_days([metric.date], [metric.last_date])
                self.tally.add("", None, metric.measures, [[each] for each in metric.values])
                yield metric
            for _, refunds in self.iter_refunds():
                self.tally.metrics += len(refunds)
                self.tally.add_days(list(refunds), list(refunds))
                self.tally.add("", None, ("revenue",), [[-each for each in refunds.values()]])

    def iter_orders(self) -> Iterator[OrderValues]:
        """Yield the orders of a file of orders."""
        self._are_orders_read = True
        if isinstance(self.plan.mapping, OrdersMapping):
            yield from self._orders.run()

    def iter_refunds(self) -> Iterator[tuple[date, dict[date, int]]]:
        """Yield each day of orders with what of it was paid back on other days, in millionths.

        All orders have been read before.
        """
        for day in self._orders.days:
            yield day, self._orders.refunds.get(day, {})

    def iter_touchpoints(self) -> Iterator[TouchpointValues]:
        """Yield the touchpoints of a file of them."""
        if isinstance(self.plan.mapping, TouchpointsMapping):
            yield from self._touchpoints.run()

    def iter_rates(self) -> Iterator[RateValues]:
        """Yield the exchange rates of a file of them."""
        if isinstance(self.plan.mapping, RatesMapping):
            yield from self._rates.run()

    def check(self) -> Check:
        """Return what was read comes to."""
        plan, outcome, tally = self.plan, self.outcome, self.tally
        touches, rates = self._touchpoints, self._rates
        grain = self._spans.grain if self._spans is not None else DAY
        touch_sums = (
            MeasureSum(channel="", measure=measure, sum=from_micros(micros))
            for measure, micros in touches.sums.items()
        )
        return Check(
            kind=plan.mapping.kind,
            currency=plan.currency,
            row_count=outcome.rows,
            metric_count=tally.metrics,
            order_count=self._orders.orders,
            touchpoint_count=touches.touchpoints,
            rate_count=rates.rates,
            first_date=tally.first or touches.first or rates.first,
            last_date=tally.last or touches.last or rates.last,
            grain=grain,
            sums=(*tally.sums(), *touch_sums),
            gaps=self._gaps(),
            left_out=outcome.left_out,
            warnings=(*plan.remarks, *self._remarks()),
            questions=plan.questions,
            errors=tuple(outcome.errors.listed),
            error_count=outcome.errors.count,
            is_complete=plan.table.is_complete,
        )

    def _gaps(self) -> tuple[Days, ...]:
        if self._spans is not None:
            return find_gaps(self._spans.first_days, self._spans.grain)[:_LISTED_GAPS]
        days: tuple[date, ...] = tuple(sorted(self._orders.count))
        return find_gaps(days, DAY)[:_LISTED_GAPS]

    def _remarks(self) -> Iterator[Remark]:
        if self._spans is not None:
            yield from self._spans.remarks
        for each in self.outcome.left_out:
            yield _about_left_out(each.reason, each.rows, each.lines)
        if self._metrics is not None:
            yield from _about_no_values(self.plan, self._metrics.empty)
            yield from _about_sums(self._metrics)
        merged = self._orders.merged or self._touchpoints.merged or self._rates.merged
        if merged:
            what = "an order's other rows" if self._orders.merged else "identical ones"
            message = f"{_rows(merged)} added to {what}."
            yield Remark(code="merged", message=message)
        if self._orders.without_refund:
            message = (
                f"{self._orders.without_refund:,} orders are refunded without an amount:"
                " all of their revenue was taken back on their own day."
            )
            yield Remark(code="refunds", message=message)


def _about_no_values(plan: Plan, counts: dict[int, int]) -> Iterator[Remark]:
    for position, style in plan.numbers.items():
        shapes = plan.profile.numbers[position]
        # What counts as zero cannot be told from zeros any more.
        of_all = sum(shapes.no_values().values()) if style.empty is not None else 0
        count = counts[position] or of_all
        if count:
            yield about_no_values(plan.table.columns[position], shapes, style, count)


def check(plan: Plan) -> Check:
    """Return what a file comes to: sums, warnings, questions, errors."""
    reader = FileReader(plan)
    _drain(reader.iter_orders())
    _drain(reader.iter_touchpoints())
    _drain(reader.iter_rates())
    _drain(reader.iter_metrics())
    return reader.check()


def _drain(values: Iterable[Any]) -> None:
    for _ in values:
        pass


def _about_left_out(reason: str, rows: int, lines: tuple[int, ...]) -> Remark:
    kinds = {
        "totals": "of totals",
        "notes": "lines of text",
        "test": "of test orders",
        "cancelled": "of cancelled orders",
        "no_sale": "of neither a payment nor a refund",
    }
    where = ", ".join(map(str, lines))
    more = " and others" if rows > len(lines) else ""
    label = "line" if rows == 1 else "lines"
    message = f"{_rows(rows)} left out: {kinds[reason]} ({label} {where}{more})."
    return Remark(code=reason, message=message)


def _about_sums(metrics: MetricReader) -> Iterator[Remark]:
    if metrics.summed:
        message = f"{_rows(metrics.summed)} added to another one of the same day and channel."
        yield Remark(code="summed", message=message)
    if metrics.lost:
        message = f"Reach does not add up: of {metrics.lost:,} sums of several rows it is unknown."
        yield Remark(code="not_additive", message=message)


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"
