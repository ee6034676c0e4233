"""Making forecasts, keeping them, and falling back on those that were kept."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from apps.ml.contract import ForecastQuery, ForecastResult, PredictionReady
from apps.ml.messages import Forecast
from apps.ml.models import StoredForecast
from apps.ml.queries import compute_forecast, find_stored, refuse_invalid
from omnify.api.fields import JobStarted
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.events import publish
from omnify.exceptions import ServiceUnavailableError
from omnify.jobs import JobInput
from omnify.jobs.asking import ask
from omnify.jobs.operations import request_job
from omnify.services.messages import as_message

#: How long a request waits for its forecast.
WAIT_SECONDS: Final = 20.0


class MakeForecast(JobInput):
    """Forecast for a request that waits for it."""

    kind = "ml.make_forecast"

    query: ForecastQuery


class RefreshForecasts(JobInput):
    """Make an organization's stored forecasts anew."""

    kind = "ml.refresh_forecasts"


def ask_forecast(query: ForecastQuery) -> Forecast | JobStarted:
    """Let a worker forecast; returns the job if that takes longer than ``WAIT_SECONDS``.

    Raises:
        ForecastInvalidError, InsufficientDataError, ServiceUnavailableError: as ``make_forecast``.
        TooMuchAtOnceError: the organization has too many unanswered already.
    """
    refuse_invalid(query)
    asked = ask(MakeForecast(query=as_message(ForecastQuery, query)), seconds=WAIT_SECONDS)
    if asked.answer is None:
        return JobStarted(job_id=asked.job_id)
    return msgspec.convert(asked.answer, Forecast)


def make_forecast(query: ForecastQuery, *, now: datetime) -> Forecast:
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
        keep_forecast(query, result, now)
    return as_message(Forecast, result, degraded=(), age_seconds=0)


def keep_forecast(query: ForecastQuery, result: ForecastResult, now: datetime) -> None:
    """Keep a forecast as the latest answer to its question, in the caller's transaction."""
    StoredForecast.objects.update_or_create(
        metric=query.metric,
        channel=query.channel,
        grain=query.grain,
        horizon=query.horizon,
        defaults={"result": msgspec.msgpack.encode(result), "made_at": now},
    )


def request_refresh() -> UUID:
    """Let a job make the stored forecasts anew, one for all changes that come before it starts.

    Returns the job's id.
    """
    return request_job(RefreshForecasts(), key=str(current_organization_id()))


def refresh_forecast(query: ForecastQuery, result: ForecastResult, now: datetime) -> None:
    """Keep a forecast that a job made, and tell of it; not when a later one was kept meanwhile."""
    stored = find_stored(query)
    if stored is not None and _is_older(result, stored):
        return
    keep_forecast(query, result, now)
    publish(
        PredictionReady(
            organization_id=current_organization_id(),
            metric=query.metric,
            grain=query.grain,
            horizon=query.horizon,
        )
    )


def _is_older(result: ForecastResult, stored: StoredForecast) -> bool:
    kept = msgspec.msgpack.decode(bytes(stored.result), type=ForecastResult)
    return bool(result.as_of and kept.as_of and result.as_of < kept.as_of)


def _kept(stored: StoredForecast, now: datetime) -> Forecast:
    result = msgspec.msgpack.decode(bytes(stored.result), type=ForecastResult)
    age = int((now - stored.made_at).total_seconds())
    return as_message(Forecast, result, degraded=("analytics",), age_seconds=age)
