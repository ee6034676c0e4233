"""A new password for a user who cannot set one, for operators."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.auth.exceptions import WeakPasswordError
from apps.auth.operations.passwords import replace_password


class Command(BaseCommand):
    """Set a user's password."""

    help = (
        "Asks for the new password, or reads it from standard input. All sessions and API keys of "
        "the user end, the second factor stays, the ledger notes it, and a mail tells the user."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whose."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        email, new = options["email"], _ask()
        try:
            is_done = replace_password(email=email, new=new, now=timezone.now())
        except WeakPasswordError as error:
            reasons = " ".join(problem["message"] for problem in error.errors)
            raise CommandError(f"Choose another password. {reasons}") from error
        if not is_done:
            raise CommandError(f"No user has the address {email}.")
        self.stdout.write(f"{email} has a new password; sessions and API keys have ended.")


def _ask() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    new = getpass.getpass("New password: ")
    if new != getpass.getpass("Again: "):
        raise CommandError("The two differ; nothing was changed.")
    return new
