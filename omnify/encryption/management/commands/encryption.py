"""The secrets at rest, for operators."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omnify.conf import settings
from omnify.db.transactions import aliases_of
from omnify.encryption.columns import Renewal, list_encrypted_columns, renew_column

#: After how many rows of a column the command says how far it is.
_SAID_EVERY: Final = 1000


class Command(BaseCommand):
    """Encrypt what is kept with the newest key, so that older ones can be dropped."""

    help = (
        "Encrypt every encrypted column of the hosted services with the newest key of "
        "OMNIFY_ENCRYPTION_KEYS, beside running processes; stopped, it goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do."""
        parser.add_argument("action", choices=["renew"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, saying how far it is.

        Raises:
            CommandError: there are values that no key of the ring reads.
        """
        unreadable = sum(map(self._renew, aliases_of(settings.MIGRATED_SERVICES)))
        if unreadable:
            message = (
                f"{unreadable} values are under a key that OMNIFY_ENCRYPTION_KEYS lacks: "
                "add it behind the others and run this again."
            )
            raise CommandError(message)

    def _renew(self, alias: str) -> int:
        unreadable = 0
        for column in list_encrypted_columns(alias):
            state = Renewal(0, 0, 0)
            for state in renew_column(column, alias):
                if not state.read % _SAID_EVERY:
                    self.stdout.write(f"{alias} {column}: {state.read} rows looked at")
            self.stdout.write(f"{alias} {column}: {state.renewed} of {state.read} renewed")
            unreadable += state.unreadable
        return unreadable
