"""Configure the app of the flag table."""

from django.apps import AppConfig


class FlagsConfig(AppConfig):
    """One small table in each service's database."""

    name = "omnify.flags"
    label = "omnify_flags"
    verbose_name = "Feature flags"
