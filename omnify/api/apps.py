"""The app that brings the API's templates and its OpenAPI extension."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Holds no tables."""

    name = "omnify.api"
    label = "omnify_api"
