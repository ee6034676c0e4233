"""The routes of ml."""

from django.urls import path

from apps.ml import api
from apps.ml.operations import MakeForecast, RefreshForecasts
from omnify.pages.shell import Work, shell_urls

#: What people may wait for.
WORK = Work(
    labels={MakeForecast.kind: "Forecast", RefreshForecasts.kind: "Refresh of the forecasts"},
    see="analytics:view",
    cancel="analytics:admin",
)

urlpatterns = [
    path("api/predictive/forecast", api.ForecastView.as_view()),
    path("api/predictive/predictions", api.PredictionListView.as_view()),
    path("api/predictive/jobs/<uuid:job_id>", api.RefreshJobView.as_view()),
    *shell_urls("ml", work=WORK),
]
