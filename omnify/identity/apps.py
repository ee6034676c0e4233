"""Configure the app of the tables by which every service refuses callers."""

from importlib import import_module

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Ended sessions, versions of rights and retired keys, in each service's database."""

    name = "omnify.identity"
    # The tables were made under this label: databases keep their names.
    label = "omnify_api"

    def ready(self) -> None:
        """Subscribe to revocations."""
        import_module("omnify.identity.revocations")
