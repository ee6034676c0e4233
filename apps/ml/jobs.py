"""What ml does outside requests: making forecasts anew."""

from __future__ import annotations

from django.utils import timezone

from apps.ml.contract import ForecastQuery, ForecastResult
from apps.ml.operations import RefreshForecasts, refresh_forecast
from apps.ml.queries import compute_forecast, list_asked
from omnify.exceptions import InsufficientDataError
from omnify.jobs import job
from omnify.jobs.runs import Run


@job(RefreshForecasts, attempts=5, timeout_seconds=1800)
def refresh_forecasts(run: Run, _asked: RefreshForecasts) -> None:
    """Answer every question anew that was asked before, and the dashboard's always."""
    questions = run.call(list_asked)
    for number, query in enumerate(questions):
        result = run.call(_compute, query)
        if result is not None:
            run.step(refresh_forecast, query, result, timezone.now())
        run.progress(number + 1, len(questions), f"{query.metric} by {query.grain}")


def _compute(query: ForecastQuery) -> ForecastResult | None:
    try:
        return compute_forecast(query)
    except InsufficientDataError:
        # There is less now than when it was asked: what was made before stays.
        return None
