"""The routes of infrastructure."""

from django.urls import path

from apps.infrastructure import api

urlpatterns = [path("api/infrastructure/overview", api.OverviewView.as_view())]
