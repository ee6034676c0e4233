"""Forecast outside of the processes that answer requests."""

from __future__ import annotations

from django.utils import timezone

from apps.ml.contract import ForecastQuery, ForecastResult
from apps.ml.messages import Forecast
from apps.ml.operations import MakeForecast, RefreshForecasts, make_forecast, refresh_forecast
from apps.ml.queries import compute_forecast, list_queries, rounded
from omnify.exceptions import InsufficientDataError
from omnify.jobs import job, question
from omnify.jobs.runs import Run


@question(MakeForecast)
def forecast_for_request(_run: Run, asked: MakeForecast) -> Forecast:
    """Answer as the API shows it."""
    return rounded(make_forecast(asked.query, now=timezone.now()))


@job(RefreshForecasts, attempts=5, timeout_seconds=1800)
def refresh_forecasts(run: Run, _input: RefreshForecasts) -> None:
    """Answer all stored queries anew, and the dashboard's always."""
    queries = run.call(list_queries)
    for number, query in enumerate(queries):
        result = run.call(_compute, query)
        if result is not None:
            run.step(refresh_forecast, query, result, timezone.now())
        run.progress(number + 1, len(queries), f"{query.metric} by {query.grain}")


def _compute(query: ForecastQuery) -> ForecastResult | None:
    try:
        return compute_forecast(query)
    except InsufficientDataError:
        # There are fewer metrics now than before: the stored forecast stays.
        return None
