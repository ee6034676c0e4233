"""The Django app of the integrations service."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Tables and commands of integrations."""

    name = "apps.integrations"
    label = "omnify_integrations"
    verbose_name = "Integrations"

    def ready(self) -> None:
        """Let readiness name versions of platforms that end."""
        from apps.integrations.health import find_parts
        from omnify.health.checks import add_parts

        add_parts(find_parts)
