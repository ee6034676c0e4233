"""The Django app of the infrastructure service."""

from django.apps import AppConfig


class InfrastructureConfig(AppConfig):
    """Declare the tables and commands of infrastructure to Django."""

    name = "apps.infrastructure"
    label = "omnify_infrastructure"
    verbose_name = "Infrastructure"
