"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import ClassVar, Final

from apps.ml import queries
from apps.ml.messages import Forecast, ForecastInput, Prediction
from apps.ml.operations import ask_forecast, request_refresh
from omnify.api.fields import JobStarted
from omnify.api.heavy import heavy_work
from omnify.api.pagination import Page
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.db import atomic
from omnify.jobs.api import job_answer, job_view

_LATER: Final = "One that takes longer than 20 seconds answers 202 with the id of its job."


class ForecastView(ServiceView):
    keeps_answers: ClassVar = False
    answers: ClassVar = {200: Forecast, 202: JobStarted}

    @route(
        "analytics:view",
        summary="Forecast a metric, by parameters",
        description=_LATER,
        answers=answers,
    )
    def get(self, query: ForecastInput) -> Answer | Forecast:
        return _forecast(query)

    @route(
        "analytics:view",
        summary="Forecast a metric, by a body",
        description=_LATER,
        answers=answers,
    )
    def post(self, query: ForecastInput) -> Answer | Forecast:
        return _forecast(query)


@heavy_work(elsewhere=True)
def _forecast(query: ForecastInput) -> Answer | Forecast:
    made = ask_forecast(query)
    return job_answer(made, "predictive") if isinstance(made, JobStarted) else made


class PredictionListView(ServiceView):
    keeps_answers: ClassVar = False

    @route("analytics:view", summary="List the stored forecasts")
    def get(self) -> Page[Prediction]:
        return self.page(queries.list_stored(), Prediction, convert=queries.to_prediction)

    @route("analytics:admin", summary="Make the stored forecasts anew", status=202)
    def post(self) -> JobStarted:
        with atomic("ml"):
            return JobStarted(job_id=request_refresh())


RefreshJobView = job_view("ml", see="analytics:view", cancel="analytics:admin")
