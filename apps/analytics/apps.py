"""The Django app of the analytics service."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Declare the tables and commands of analytics to Django."""

    name = "apps.analytics"
    label = "omnify_analytics"
    verbose_name = "Analytics"
