"""The app of identity: tables of what every service refuses."""

from importlib import import_module

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Ended sessions, versions of rights and retired keys, in each service's database."""

    name = "omnify.identity"
    # The tables were made under this label: databases keep their names.
    label = "omnify_api"

    def ready(self) -> None:
        """Listen to what is revoked."""
        import_module("omnify.identity.revocations")
