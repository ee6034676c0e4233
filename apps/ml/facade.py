"""Ml's contract."""

from __future__ import annotations

from django.utils import timezone

from apps.ml.contract import ForecastQuery, ForecastResult, Ml, StoredPrediction
from apps.ml.operations import make_forecast
from apps.ml.queries import find_latest, list_latest
from omnify.services.messages import as_message


class MlFacade(Ml):
    """Answers for the organization of the context."""

    def forecast(self, query: ForecastQuery) -> ForecastResult:
        """Return a forecast."""
        return as_message(ForecastResult, make_forecast(query, now=timezone.now()))

    def latest_predictions(self) -> tuple[StoredPrediction, ...]:
        """List the forecasts that were made last."""
        return list_latest()

    def latest_prediction(
        self, metric: str, grain: str, channel: str = ""
    ) -> StoredPrediction | None:
        """Return the forecast that was made last."""
        return find_latest(metric, grain, channel)
