"""The routes of ml."""

from django.urls import path

from apps.ml import api, pages
from apps.ml.operations import MakeForecast, RefreshForecasts
from omnify.pages.shell import Work, shell_urls

#: What people may wait for.
WORK = Work(
    labels={MakeForecast.kind: "Forecast", RefreshForecasts.kind: "Refresh of the forecasts"},
    see="analytics:view",
    cancel="analytics:admin",
)

app_name = "ml"
urlpatterns = [
    path("api/predictive/forecast", api.ForecastView.as_view()),
    path("api/predictive/predictions", api.PredictionListView.as_view()),
    path("api/predictive/jobs/<uuid:job_id>", api.RefreshJobView.as_view()),
    path("app/ml/", pages.ForecastListView.as_view(), name="forecasts"),
    path("app/ml/new", pages.MakeForecastView.as_view(), name="new"),
    path("app/ml/<uuid:forecast_id>", pages.ForecastView.as_view(), name="forecast"),
    path("app/ml/<uuid:forecast_id>/csv", pages.ForecastCsvView.as_view(), name="forecast.csv"),
    *shell_urls("ml", finders=pages.FINDERS, work=WORK),
]
