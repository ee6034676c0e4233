"""The API routes of ml."""

from django.urls import path

from apps.ml.api import views

urlpatterns = [
    path("api/predictive/forecast", views.ForecastView.as_view()),
    path("api/predictive/predictions", views.PredictionListView.as_view()),
    path("api/predictive/jobs/<uuid:job_id>", views.RefreshJobView.as_view()),
]
