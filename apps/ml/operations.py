"""Making forecasts, keeping them, and falling back on those that were kept."""

from __future__ import annotations

from datetime import datetime

import msgspec

from apps.ml.contract import ForecastQuery, ForecastResult
from apps.ml.models import StoredForecast
from apps.ml.queries import compute_forecast, find_stored, refuse_invalid
from omnify.db import atomic
from omnify.exceptions import ServiceUnavailableError
from omnify.services.messages import Message


class ForecastAnswer(Message):
    """A forecast, fresh or kept: ``degraded`` names the services that could not be asked."""

    result: ForecastResult
    degraded: tuple[str, ...] = ()
    age_seconds: int = 0


def make_forecast(query: ForecastQuery, *, now: datetime) -> ForecastAnswer:
    """Forecast and keep it; while analytics is away, answer the last one with its age.

    Raises:
        ForecastInvalidError, InsufficientDataError: as ``compute_forecast`` says.
        ServiceUnavailableError: analytics is away and nothing was kept.
    """
    refuse_invalid(query)
    try:
        result = compute_forecast(query)
    except ServiceUnavailableError:
        stored = find_stored(query)
        if stored is None:
            raise
        return _kept(stored, now)
    with atomic("ml"):
        StoredForecast.objects.update_or_create(
            metric=query.metric,
            channel=query.channel,
            grain=query.grain,
            horizon=query.horizon,
            defaults={"result": msgspec.msgpack.encode(result), "made_at": now},
        )
    return ForecastAnswer(result=result)


def _kept(stored: StoredForecast, now: datetime) -> ForecastAnswer:
    result = msgspec.msgpack.decode(bytes(stored.result), type=ForecastResult)
    age = int((now - stored.made_at).total_seconds())
    return ForecastAnswer(result=result, degraded=("analytics",), age_seconds=age)
