"""How good a method was on the series' own past, from a rolling origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

#: At most so many origins, spread evenly over the part that can be tested.
MAX_ORIGINS = 12
#: A step ahead to a value and the half widths of its 80 % and 95 % intervals.
Predict = Callable[[int], tuple[Decimal, Decimal, Decimal]]
#: A history to what it predicts; learning is done once for all steps.
Fit = Callable[[Sequence[Decimal]], Predict]


class BacktestScore(msgspec.Struct, frozen=True):
    """Mean absolute errors of the method and of repeating the last value, and coverages.

    ``horizon`` is how far ahead could be tested: a short history ends before the one of the query.
    """

    origins: int
    horizon: int
    mae: Decimal
    naive_mae: Decimal
    coverage80: Decimal
    coverage95: Decimal


def score(values: Sequence[Decimal], *, season: int, horizon: int, fit: Fit) -> BacktestScore:
    """Forecast from earlier origins, each with what was known then, and compare."""
    origins = _origins(len(values), season, horizon)
    horizon = min(horizon, len(values) - origins[0])
    errors: list[Decimal] = []
    naive_errors: list[Decimal] = []
    inside80 = inside95 = 0
    for origin in origins:
        predict, last = fit(values[:origin]), values[origin - 1]
        for step in range(1, min(horizon, len(values) - origin) + 1):
            actual = values[origin + step - 1]
            value, half80, half95 = predict(step)
            error = abs(actual - value)
            errors.append(error)
            naive_errors.append(abs(actual - last))
            inside80 += error <= half80
            inside95 += error <= half95
    count = len(errors)
    return BacktestScore(
        origins=len(origins),
        horizon=horizon,
        mae=sum(errors, Decimal(0)) / count,
        naive_mae=sum(naive_errors, Decimal(0)) / count,
        coverage80=Decimal(inside80) / count,
        coverage95=Decimal(inside95) / count,
    )


def _origins(length: int, season: int, horizon: int) -> list[int]:
    """Return origins with more than a season behind and, if possible, a horizon ahead."""
    first = season + 1
    last = max(first, length - horizon)
    span = min(last - first, season)
    count = min(MAX_ORIGINS, span + 1)
    if count == 1:
        return [last]
    return sorted({last - round(index * span / (count - 1)) for index in range(count)})
