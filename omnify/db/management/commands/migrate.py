"""Run Django's ``migrate`` in each database, for the tables that live there."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor

from omnify.conf import settings
from omnify.db.locks import exclusive_lock
from omnify.db.transactions import aliases_of


class Command(DjangoMigrate):
    """Walk alias by alias, and app by app where a database keeps only some of them.

    Plain ``migrate`` touches ``default`` alone, and records a migration as applied also where
    the router kept its tables away; a service moved to that database later would find neither
    table nor migration. One process at a time migrates a database.
    """

    help = "Migrate the tables of the hosted services, each in its own database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add Django's arguments; all databases are the default."""
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Check the named database, or all of them."""
        named = options["database"]
        return {"databases": [named] if named else own_aliases()}

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate one database when it is named, else all of this process."""
        named = options["database"]
        for alias in [named] if named else own_aliases():
            with exclusive_lock(alias, "migrate"):
                labels = [options["app_label"]] if options["app_label"] else pending(alias)
                if not labels and options["verbosity"]:
                    self.stdout.write(f"Database '{alias}': nothing to migrate.")
                for label in labels:
                    scope = {"database": alias, "app_label": label, "run_syncdb": False}
                    super().handle(*args, **{**options, **scope})


def own_aliases() -> list[str]:
    """Return the databases of the services whose tables this process makes, each once."""
    return aliases_of(settings.MIGRATED_SERVICES)


def pending(alias: str) -> list[str | None]:
    """Return what to migrate in a database, in plan order: apps, or None once for all of them.

    An app that is done already counts as kept: nothing of it is left to record.
    """
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    labels = list(dict.fromkeys(migration.app_label for migration, _ in plan))
    kept = [label for label in labels if router.allow_migrate(alias, label)]
    return [None] if kept and kept == labels else list(kept)
