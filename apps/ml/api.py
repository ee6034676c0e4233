"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import ClassVar

from apps.ml import queries
from apps.ml.messages import Forecast, ForecastInput, Prediction, rounded
from apps.ml.operations import make_forecast, request_refresh
from omnify.api.fields import JobStarted
from omnify.api.heavy import heavy_work
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.db import atomic
from omnify.jobs.api import job_view


class ForecastView(ServiceView):
    """Forecasts."""

    keeps_answers: ClassVar = False

    @route("analytics:view", summary="Forecast a metric, by parameters", calls=4)
    @heavy_work()
    def get(self, query: ForecastInput) -> Forecast:
        return rounded(make_forecast(query, now=self.now))

    @route("analytics:view", summary="Forecast a metric, by a body", calls=4)
    @heavy_work()
    def post(self, query: ForecastInput) -> Forecast:
        return rounded(make_forecast(query, now=self.now))


class PredictionListView(ServiceView):
    """Forecasts that were made before."""

    keeps_answers: ClassVar = False

    @route("analytics:view", summary="List the stored forecasts")
    def get(self) -> Page[Prediction]:
        return self.page(queries.list_stored(), Prediction, convert=queries.to_prediction)

    @route("analytics:admin", summary="Make the stored forecasts anew", status=202)
    def post(self) -> JobStarted:
        with atomic("ml"):
            return JobStarted(job_id=request_refresh())


RefreshJobView = job_view("ml", see="analytics:view", cancel="analytics:admin")
