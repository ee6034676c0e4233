"""Counts what a file comes to: its metrics, their days, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from apps.integrations.imports.reading.measures import NOT_ADDITIVE
from apps.integrations.imports.reading.results import MeasureSum, MetricValues
from omnify.money import from_micros


class Tally:
    """Counts metrics and adds them up, by channel and measure."""

    def __init__(self) -> None:
        self.metrics = 0
        self.first: date | None = None
        self.last: date | None = None
        self._sums: dict[str, dict[str, int]] = {}
        self._counts: dict[str, dict[str, int]] = {}

    def watch(self, metrics: Iterable[MetricValues]) -> Iterator[MetricValues]:
        """Yield the metrics on, counted."""
        for metric in metrics:
            self.metrics += 1
            if self.first is None or metric.date < self.first:
                self.first = metric.date
            if self.last is None or metric.last_date > self.last:
                self.last = metric.last_date
            sums = self._sums.setdefault(metric.channel, {})
            for measure, micros in metric.micros.items():
                if micros is not None:
                    sums[measure] = sums.get(measure, 0) + micros
            yield metric

    def sums(self) -> tuple[MeasureSum, ...]:
        """Return the sums; of measures that do not add up none, unless there is one metric."""
        return tuple(
            MeasureSum(
                channel=channel,
                measure=measure,
                sum=from_micros(micros)
                if self.metrics == 1 or measure not in NOT_ADDITIVE
                else None,
            )
            for channel, sums in self._sums.items()
            for measure, micros in sums.items()
        )
