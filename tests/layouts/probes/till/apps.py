"""The probe as a Django app."""

from django.apps import AppConfig


class TillConfig(AppConfig):
    """Holds no tables of its own."""

    name = "apps.till"
    label = "omnify_till"
