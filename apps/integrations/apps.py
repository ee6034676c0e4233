"""The Django app of the integrations service."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Tables and commands of integrations."""

    name = "apps.integrations"
    label = "omnify_integrations"
    verbose_name = "Integrations"
