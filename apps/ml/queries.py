"""Read histories through analytics' contract, and stored forecasts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.urls import reverse
from msgspec.structs import replace

from apps.analytics.contract import Analytics, Series, SeriesQuery
from apps.ml.contract import (
    Backtest,
    ForecastPoint,
    ForecastQuery,
    ForecastResult,
    StoredPrediction,
    UnconvertedMoney,
)
from apps.ml.exceptions import ForecastInvalidError, ForecastNotFoundError
from apps.ml.forecasting import SEASONS, forecast
from apps.ml.messages import METRICS, Prediction
from apps.ml.models import StoredForecast
from omnify.exceptions import InsufficientDataError
from omnify.money import round_count, round_money, round_share
from omnify.services import client_of
from omnify.services.messages import as_message

#: The queries that are always answered anew, and how many stored ones at most.
STANDARD = (
    ForecastQuery(metric="revenue", grain="week", horizon=13),
    ForecastQuery(metric="spend", grain="week", horizon=13),
)
MOST_STORED = 50
_BOUNDS = ("value", "lo80", "hi80", "lo95", "hi95")
F = TypeVar("F", bound=ForecastResult)


def compute_forecast(query: ForecastQuery) -> ForecastResult:
    """Compute a forecast from the organization's own history.

    Raises:
        ForecastInvalidError: an unknown metric or grain, or a horizon out of range.
        InsufficientDataError: the history is too short, too coarse or has gaps.
    """
    refuse_invalid(query)
    series = client_of(Analytics).daily_series(
        SeriesQuery(measure=query.metric, grain=query.grain, channel=query.channel)
    )
    points = _points(series)
    if not points:
        raise InsufficientDataError(missing=query.metric, channel=query.channel)
    made = forecast(points, grain=query.grain, horizon=query.horizon)
    return ForecastResult(
        metric=query.metric,
        channel=query.channel,
        grain=query.grain,
        unit=series.unit,
        currency=series.currency,
        method=made.method,
        points=tuple(ForecastPoint(**msgspec.structs.asdict(point)) for point in made.points),
        backtest=Backtest(**msgspec.structs.asdict(made.backtest)),
        trained_from=points[0][0],
        trained_to=points[-1][0],
        clipped_at_zero=made.clipped_at_zero,
        as_of=series.as_of,
        unconverted=tuple(
            UnconvertedMoney(currency=each.currency, amount=amount)
            for each in series.unconverted
            if (amount := getattr(each, query.metric))
        ),
    )


def find_stored(query: ForecastQuery) -> StoredForecast | None:
    """Return the forecast that was last made for a query, None without one."""
    return StoredForecast.objects.filter(
        metric=query.metric, channel=query.channel, grain=query.grain, horizon=query.horizon
    ).first()


def list_queries() -> tuple[ForecastQuery, ...]:
    """Return the queries that have a stored forecast, and ``STANDARD`` always."""
    rows = StoredForecast.objects.order_by("metric", "channel", "grain", "horizon")
    stored = (
        ForecastQuery(metric=row.metric, grain=row.grain, horizon=row.horizon, channel=row.channel)
        for row in rows[:MOST_STORED]
    )
    return tuple(dict.fromkeys((*STANDARD, *stored)))


def list_stored() -> QuerySet[StoredForecast]:
    """Return the rows of the stored forecasts, newest first."""
    return StoredForecast.objects.all()


def get_stored(forecast_id: UUID) -> StoredForecast:
    """Return a stored forecast.

    Raises:
        ForecastNotFoundError: the organization has no stored forecast with this id.
    """
    return StoredForecast.objects.get_or_refuse(
        ForecastNotFoundError(forecast_id=forecast_id), id=forecast_id
    )


def to_prediction(row: StoredForecast) -> Prediction:
    """Return a stored forecast as the API shows it."""
    forecast = msgspec.msgpack.decode(bytes(row.result), type=ForecastResult)
    return as_message(Prediction, row, forecast=rounded(forecast))


def rounded(result: F) -> F:
    """Return a forecast as answers show it: money in minor units, shares with four places."""

    def shown(value: Decimal) -> Decimal:
        is_money = result.unit == "currency"
        return round_money(value, result.currency) if is_money else round_count(value)

    points = (
        replace(point, **{name: shown(getattr(point, name)) for name in _BOUNDS})
        for point in result.points
    )
    backtest = replace(
        result.backtest,
        mae=shown(result.backtest.mae),
        naive_mae=shown(result.backtest.naive_mae),
        coverage80=round_share(result.backtest.coverage80),
        coverage95=round_share(result.backtest.coverage95),
    )
    unconverted = (
        replace(each, amount=round_money(each.amount, each.currency)) for each in result.unconverted
    )
    return replace(result, points=tuple(points), backtest=backtest, unconverted=tuple(unconverted))


def list_latest() -> tuple[StoredPrediction, ...]:
    """Return the stored forecasts, newest first."""
    rows = StoredForecast.objects.order_by("-made_at", "id")[:MOST_STORED]
    return tuple(_stored(row) for row in rows)


def find_latest(metric: str, grain: str, channel: str) -> StoredPrediction | None:
    """Return the forecast of a measure that was made last, whatever its horizon; None without."""
    rows = StoredForecast.objects.filter(metric=metric, grain=grain, channel=channel)
    row = rows.order_by("-made_at", "id").first()
    return _stored(row) if row else None


def _stored(row: StoredForecast) -> StoredPrediction:
    return StoredPrediction(
        result=msgspec.msgpack.decode(bytes(row.result), type=ForecastResult),
        horizon=row.horizon,
        made_at=row.made_at,
        path=reverse("ml:forecast", args=[row.id]),
    )


def refuse_invalid(query: ForecastQuery) -> None:
    """Refuse what cannot be forecast.

    Raises:
        ForecastInvalidError: ``errors`` names each field and what it could be.
    """
    errors = []
    if query.metric not in METRICS:
        message = f"'{query.metric[:64]}' cannot be forecast; there are {', '.join(METRICS)}."
        errors.append({"field": "metric", "message": message})
    season = SEASONS.get(query.grain)
    if season is None:
        message = f"'{query.grain[:16]}' is unknown; there are {', '.join(SEASONS)}."
        errors.append({"field": "grain", "message": message})
    elif not 1 <= query.horizon <= 2 * season:
        message = f"{query.horizon} is out of range; 1 to {2 * season} by {query.grain}."
        errors.append({"field": "horizon", "message": message})
    if errors:
        raise ForecastInvalidError(errors=errors)


def _points(series: Series) -> list[tuple[date, Decimal]]:
    """Return the whole periods: an unfinished one is not learnt, so the forecast begins with it."""
    return [
        (point.period, point.value)
        for point in series.points
        if point.value is not None and not point.is_partial
    ]
