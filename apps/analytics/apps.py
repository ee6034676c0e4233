"""The Django app of the analytics service."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Tables and commands of analytics."""

    name = "apps.analytics"
    label = "omnify_analytics"
