"""The Django app of the agentkit service."""

from django.apps import AppConfig


class AgentkitConfig(AppConfig):
    """Declare the tables and commands of agentkit to Django."""

    name = "apps.agentkit"
    label = "omnify_agentkit"
    verbose_name = "Agents"
