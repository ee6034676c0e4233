"""The app of what all APIs share: templates, a command, and the copy of flags."""

from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The edge that every service's API stands on; it has no tables."""

    name = "omnify.api"
    label = "omnify_http"

    def ready(self) -> None:
        """Listen to flags that are set."""
        import_module("omnify.api.flags")
