"""The Django app of the ml service."""

from django.apps import AppConfig


class MlConfig(AppConfig):
    """Tables and commands of ml."""

    name = "apps.ml"
    label = "omnify_ml"
    verbose_name = "Forecasts"
