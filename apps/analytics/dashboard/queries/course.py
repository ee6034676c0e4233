"""What the periods of a range hold, one value at a time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

import msgspec

from apps.analytics.contract import DaysWithData
from apps.analytics.metrics.aggregation import Aggregate
from apps.analytics.metrics.measures import BLENDED
from apps.analytics.metrics.periods import period_end


class PeriodValue(msgspec.Struct, frozen=True):
    """One measure in a period, and how many of the period's days have it."""

    value: Decimal | None
    days: DaysWithData


class Course(msgspec.Struct, dict=True):
    """What the periods of a range hold, of the whole and of channels."""

    whole: Aggregate
    parts: Aggregate
    #: Several parts of a page show one course.
    _values: dict[tuple[str, date, str | None], PeriodValue | None] = {}

    def value_of(
        self, measure: str, period: date, channel: str | None = None
    ) -> PeriodValue | None:
        """Return a measure in a period, None where nothing is known of the period."""
        asked = (measure, period, channel)
        if asked not in self._values:
            self._values[asked] = self._count(measure, period, channel)
        return self._values[asked]

    def _count(self, measure: str, period: date, channel: str | None) -> PeriodValue | None:
        summed = self.whole if channel is None else self.parts
        sums = summed.rows.get((channel, period))
        if sums is None or (channel is not None and measure in BLENDED):
            return None
        return PeriodValue(sums.value(measure), summed.days_of((channel, period), (measure,)))

    @cached_property
    def periods(self) -> list[date]:
        """Return all periods from the first with data to the last; one without any is a gap."""
        known = sorted(period for _, period in self.whole.rows if period)
        periods = known[:1]
        while known and periods[-1] < known[-1]:
            periods.append(period_end(periods[-1], self.whole.span.grain) + timedelta(days=1))
        return periods
