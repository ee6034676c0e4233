"""The Django app of the infrastructure service."""

from django.apps import AppConfig


class InfrastructureConfig(AppConfig):
    """Tables and commands of infrastructure."""

    name = "apps.infrastructure"
    label = "omnify_infrastructure"
