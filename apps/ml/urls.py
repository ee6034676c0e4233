"""The routes of ml."""

from django.urls import path

from apps.ml import api

urlpatterns = [
    path("api/predictive/forecast", api.ForecastView.as_view()),
    path("api/predictive/predictions", api.PredictionListView.as_view()),
    path("api/predictive/jobs/<uuid:job_id>", api.RefreshJobView.as_view()),
]
