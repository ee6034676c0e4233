"""The Django app of the agentkit service."""

from django.apps import AppConfig


class AgentkitConfig(AppConfig):
    """Tables and commands of agentkit."""

    name = "apps.agentkit"
    label = "omnify_agentkit"
