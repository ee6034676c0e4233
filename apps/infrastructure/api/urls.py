"""The API routes of infrastructure."""

from django.urls import path

from apps.infrastructure.api import views

urlpatterns = [path("api/infrastructure/overview", views.OverviewView.as_view())]
