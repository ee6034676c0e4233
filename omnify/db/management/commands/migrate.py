"""Django's ``migrate``, for each database just the tables that live there."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader

from omnify.db.locks import exclusive_lock


class Command(DjangoMigrate):
    """Walk alias by alias and app by app.

    Plain ``migrate`` touches ``default`` alone, and records a migration as applied also where
    the router kept its tables away; a service moved to that database later would find neither
    table nor migration. One process at a time migrates a database.
    """

    help = "Migrate the tables of the hosted services, each in its own database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As Django's, but all databases by default."""
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate one database when it is named, else all of this process."""
        named = options["database"]
        for alias in [named] if named else list(connections):
            labels = self._labels(alias, options)
            if not labels:
                continue
            with exclusive_lock(alias, "migrate"):
                for label in labels:
                    scope = {"database": alias, "app_label": label}
                    super().handle(*args, **{**options, **scope})

    def _labels(self, alias: str, options: dict[str, Any]) -> list[str]:
        if options["app_label"]:
            return [options["app_label"]]
        migrated = MigrationLoader(None).migrated_apps
        return [
            config.label
            for config in apps.get_app_configs()
            if config.label in migrated and router.allow_migrate(alias, config.label)
        ]
