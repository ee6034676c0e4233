"""The seasonal naive method: next season is like the last one.

Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, §5.2 and §5.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from statistics import NormalDist
from typing import Final

import msgspec

from apps.ml.exceptions import CalendarEndError
from apps.ml.forecasting.backtest import BacktestScore, Predict, score
from apps.ml.forecasting.history import complete_values
from apps.ml.forecasting.periods import add_periods, has_periods

METHOD: Final = "seasonal_naive"
#: Periods in a season, by grain.
SEASONS: Final = {"day": 7, "week": 52, "month": 12}
_Z80 = Decimal(str(NormalDist().inv_cdf(0.9)))
_Z95 = Decimal(str(NormalDist().inv_cdf(0.975)))


class Point(msgspec.Struct, frozen=True):
    """A future period: the expected value and the bounds of its intervals."""

    period: date
    value: Decimal
    lo80: Decimal
    hi80: Decimal
    lo95: Decimal
    hi95: Decimal


class Forecast(msgspec.Struct, frozen=True):
    """A forecast; ``clipped_at_zero`` tells whether a lower bound was below zero."""

    method: str
    points: tuple[Point, ...]
    backtest: BacktestScore
    clipped_at_zero: bool


def forecast(points: Sequence[tuple[date, Decimal]], *, grain: str, horizon: int) -> Forecast:
    """Forecast a series of consecutive periods.

    Bounds end at zero unless the history itself was below it, as revenue is by returns.

    Raises:
        InsufficientDataError: fewer than two seasons and a period, gaps, or data coarser than
            the grain, or the end of the calendar; the details say which.
    """
    season = SEASONS[grain]
    values = complete_values(points, grain=grain, needed=2 * season + 1)
    sigma = residual_sigma(values, season)
    last = points[-1][0]
    if not has_periods(last, horizon, grain):
        raise CalendarEndError(horizon=horizon, last=last)
    can_be_negative = min(values) < 0
    made = [
        _point(
            add_periods(last, step, grain),
            seasonal_value(values, season, step),
            sigma * step_factor(season, step),
            can_be_negative=can_be_negative,
        )
        for step in range(1, horizon + 1)
    ]
    return Forecast(
        METHOD,
        tuple(point for point, _ in made),
        score(
            values,
            season=season,
            horizon=horizon,
            fit=lambda history: _fit(history, season),
        ),
        any(clipped for _, clipped in made),
    )


def seasonal_value(values: Sequence[Decimal], season: int, step: int) -> Decimal:
    """Return the value of the same period of the last season that is known."""
    return values[len(values) - season + (step - 1) % season]


def residual_sigma(values: Sequence[Decimal], season: int) -> Decimal:
    """Return the standard deviation of the method's one-season-ahead errors on its own past."""
    errors = [later - earlier for earlier, later in zip(values, values[season:], strict=False)]
    return (sum((error * error for error in errors), Decimal(0)) / len(errors)).sqrt()


def step_factor(season: int, step: int) -> Decimal:
    """Return the growth of the spread, the root of the number of seasons (§5.5, table 5.2)."""
    return Decimal((step - 1) // season + 1).sqrt()


def _fit(history: Sequence[Decimal], season: int) -> Predict:
    """Return the method as it was with a history: values and half widths of their intervals."""
    sigma = residual_sigma(history, season)

    def predict(step: int) -> tuple[Decimal, Decimal, Decimal]:
        spread = sigma * step_factor(season, step)
        return seasonal_value(history, season, step), _Z80 * spread, _Z95 * spread

    return predict


def _point(
    period: date, value: Decimal, sigma: Decimal, *, can_be_negative: bool
) -> tuple[Point, bool]:
    narrow, wide = _Z80 * sigma, _Z95 * sigma
    low = value - wide if can_be_negative else Decimal(0)
    point = Point(
        period,
        value,
        max(value - narrow, low),
        value + narrow,
        max(value - wide, low),
        value + wide,
    )
    return point, value - wide < low
