"""The app that brings the API's templates and its OpenAPI extension."""

from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Holds the revocations."""

    name = "omnify.api"
    label = "omnify_api"

    def ready(self) -> None:
        """Listen to sessions that are ended."""
        import_module("omnify.api.revocations")
        import_module("omnify.api.flags")
