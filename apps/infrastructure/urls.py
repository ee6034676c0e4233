"""The routes of infrastructure."""

from django.urls import path

from apps.infrastructure import api
from omnify.pages.shell import shell_urls

urlpatterns = [
    path("api/infrastructure/overview", api.OverviewView.as_view()),
    *shell_urls("infrastructure"),
]
