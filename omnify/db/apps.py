"""Configure the app that brings its own ``migrate`` command."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Holds no tables; it must stand before Django's own apps so that its command wins."""

    name = "omnify.db"
    label = "omnify_db"
