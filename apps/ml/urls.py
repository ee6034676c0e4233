"""The routes of ml."""

from django.urls import path

from apps.ml import api
from omnify.pages.shell import shell_urls

urlpatterns = [
    path("api/predictive/forecast", api.ForecastView.as_view()),
    path("api/predictive/predictions", api.PredictionListView.as_view()),
    path("api/predictive/jobs/<uuid:job_id>", api.RefreshJobView.as_view()),
    *shell_urls("ml"),
]
