"""Configure the app that brings the ``drain`` command."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Holds no tables."""

    name = "omnify.health"
    label = "omnify_health"
