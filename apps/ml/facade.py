"""Ml's contract."""

from __future__ import annotations

from django.utils import timezone

from apps.ml.contract import ForecastQuery, ForecastResult, Ml
from apps.ml.operations import make_forecast


class MlFacade(Ml):
    """Answers for the organization of the context."""

    def forecast(self, query: ForecastQuery) -> ForecastResult:
        """Return a forecast."""
        return make_forecast(query, now=timezone.now()).result
