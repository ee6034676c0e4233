"""Counts what a file comes to: its metrics, their days, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import compress

from apps.integrations.imports.reading.measures import NOT_ADDITIVE
from apps.integrations.imports.reading.results import MeasureSum
from omnify.money import from_micros


class Tally:
    """Metrics so far, their first and last day, and their sums by channel and measure."""

    def __init__(self) -> None:
        self.metrics = 0
        self.first: date | None = None
        self.last: date | None = None
        self._sums: dict[str, dict[str, int]] = {}

    def add_days(self, days: Sequence[date], lasts: Sequence[date]) -> None:
        """Take in the days of rows."""
        if days:
            first, last = min(days), max(lasts)
            self.first = first if self.first is None else min(self.first, first)
            self.last = last if self.last is None else max(self.last, last)

    def add(
        self,
        channel: str,
        channels: Sequence[str] | None,
        measures: tuple[str, ...],
        columns: Sequence[Sequence[int | None]],
    ) -> None:
        """Add columns of numbers, of one channel, or of the channel that each row has."""
        names = (channel,) if channels is None else tuple(dict.fromkeys(channels))
        for name in names:
            sums = self._sums.setdefault(name, {})
            for measure, column in zip(measures, columns, strict=True):
                own: Iterable[int | None] = column
                if channels is not None and len(names) > 1:
                    own = compress(column, map(name.__eq__, channels))
                known = [micros for micros in own if micros is not None]
                if known:
                    sums[measure] = sums.get(measure, 0) + sum(known)

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
