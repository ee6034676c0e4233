"""Django's command would end no session and write to no ledger, so it is not used."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Refuse, and name the command that does it."""

    help = (
        "Not used: manage.py passwords EMAIL sets a password, and ends what the former one opened."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what Django's command takes, so that all of it gets the one answer."""
        parser.add_argument("username", nargs="?", default="EMAIL")
        parser.add_argument("--database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse."""
        raise CommandError(
            "Nothing was changed: this command would leave the user's sessions and API keys open. "
            f"Use 'manage.py passwords {options['username']}'."
        )
