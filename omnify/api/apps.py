"""The app of what all APIs share: tables of what is refused, templates, and a command."""

from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Ended sessions, versions of rights and retired keys, in each service's database."""

    name = "omnify.api"
    label = "omnify_api"

    def ready(self) -> None:
        """Listen to what is revoked, and to flags that are set."""
        import_module("omnify.api.revocations")
        import_module("omnify.api.flags")
