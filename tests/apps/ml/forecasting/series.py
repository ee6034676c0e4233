"""Series of consecutive periods, made short."""

from datetime import date
from decimal import Decimal

from apps.ml.forecasting.periods import add_periods

STARTS = {"day": date(2026, 1, 1), "week": date(2024, 1, 1), "month": date(2020, 1, 1)}


def series(values, *, grain="day"):
    """A point per value from the grain's start on."""
    start = STARTS[grain]
    return [(add_periods(start, n, grain), Decimal(value)) for n, value in enumerate(values)]
