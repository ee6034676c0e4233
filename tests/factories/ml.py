"""Stored forecasts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from apps.ml.contract import Backtest, ForecastPoint, ForecastResult
from apps.ml.models import StoredForecast

POINT = ForecastPoint(date(2026, 1, 5), *map(Decimal, (100, 90, 110, 80, 120)))
BACKTEST = Backtest(4, 1, *map(Decimal, ("5", "10", "0.8", "0.95")))


def make_forecast(organization_id, *, metric="revenue", channel="", **fields):
    """A forecast of one week of 100 €, twice as good as repeating the last value."""
    result = ForecastResult(
        metric=metric,
        channel=channel,
        grain="week",
        unit="currency",
        currency="EUR",
        method="seasonal",
        points=(POINT,),
        backtest=BACKTEST,
        trained_from=date(2024, 1, 1),
        trained_to=date(2025, 12, 29),
        clipped_at_zero=False,
        as_of=None,
    )
    return StoredForecast.unscoped.create(
        organization_id=organization_id,
        **{
            "metric": metric,
            "channel": channel,
            "grain": "week",
            "horizon": 1,
            "result": msgspec.msgpack.encode(result),
            "made_at": datetime.now(UTC),
            **fields,
        },
    )
