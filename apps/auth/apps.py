"""The Django app of the auth service."""

from importlib import import_module

from django.apps import AppConfig


class AuthConfig(AppConfig):
    """Tables and commands of auth."""

    name = "apps.auth"
    label = "omnify_auth"
    verbose_name = "People and organizations"

    def ready(self) -> None:
        """Listen to the libraries: signing out, and wrong second factors."""
        for name in ("account", "mfa"):
            import_module(f"apps.auth.adapters.{name}")
