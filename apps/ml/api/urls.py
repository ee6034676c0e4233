"""The API routes of ml."""

from django.urls import path

from apps.ml.api import views

urlpatterns = [path("api/predictive/forecast", views.ForecastView.as_view())]
