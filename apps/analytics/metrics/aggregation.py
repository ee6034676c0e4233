"""Exact sums over metrics, each connection counted at one level only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec

from apps.analytics.metrics.measures import ADDITIVES, CURRENCY, MEASURES, Ratio
from apps.analytics.metrics.periods import period_start
from apps.integrations.contract import DailyMetric
from omnify.money import from_micros

#: Per connection, the level at which its totals of a measure are complete.
Levels = Mapping[UUID, Mapping[str, str]]
Key = tuple[str | None, date | None]


class Sums(msgspec.Struct):
    """Sums in millionths; a measure without a single known value is absent."""

    micros: dict[str, int] = {}

    def add(self, measure: str, micros: int) -> None:
        """Add millionths to the sum of a measure."""
        self.micros[measure] = self.micros.get(measure, 0) + micros

    def value(self, name: str) -> Decimal | None:
        """Return a measure's exact value; None where it is unknown or its denominator is zero."""
        measure = MEASURES[name]
        if isinstance(measure, Ratio):
            over, under = self.micros.get(measure.numerator), self.micros.get(measure.denominator)
            if over is None or not under:
                return None
            return Decimal(over) * measure.scale / Decimal(under)
        micros = self.micros.get(name)
        return None if micros is None else from_micros(micros)


class Aggregate(msgspec.Struct):
    """Sums per combination of dimensions, in total, and of unconverted money by currency."""

    rows: dict[Key, Sums]
    totals: Sums
    unconverted: dict[str, Sums]


def aggregate(
    metrics: Iterable[DailyMetric],
    *,
    levels: Levels,
    currency: str,
    dimensions: tuple[str, ...] = (),
    grain: str = "day",
) -> Aggregate:
    """Sum metrics by dimensions.

    A measure counts from each connection at its complete level alone. Money in another currency
    than ``currency`` is left out of all sums and returned as unconverted. A measure of the
    organization as a whole, such as the shop's revenue, is unknown (not zero) on a channel's row.
    """
    result = Aggregate({}, Sums(), {})
    for metric in metrics:
        own_levels = levels.get(metric.connection_id, {})
        key = _key(metric, dimensions, grain)
        for name, measure in ADDITIVES.items():
            if own_levels.get(name) != metric.level:
                continue
            micros = metric.micros_of(name)
            if micros is None:
                continue
            if measure.unit == CURRENCY and metric.currency != currency:
                result.unconverted.setdefault(metric.currency, Sums({})).add(name, micros)
                continue
            result.totals.add(name, micros)
            if key is not None:
                result.rows.setdefault(key, Sums({})).add(name, micros)
    return result


def sort_key(key: Key) -> tuple[str, date]:
    """Return what rows are sorted by: the channel, then the period."""
    channel, period = key
    return channel or "", period or date.min


def _key(metric: DailyMetric, dimensions: tuple[str, ...], grain: str) -> Key | None:
    by_channel = "channel" in dimensions
    if by_channel and not metric.channel:
        return None
    period = period_start(metric.date, grain) if "period" in dimensions else None
    return (metric.channel if by_channel else None, period)
