"""The audit ledger, for operators."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.auth.operations.audit import verify_chain


class Command(BaseCommand):
    """Verify the chain."""

    help = "Note the printed end elsewhere: with --expect it proves that nothing was cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do."""
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--expect", default="", help="NUMBER:HASH as printed before.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify the chain and print the outcome."""
        verdict = verify_chain(options["expect"])
        if verdict.problem:
            raise CommandError(f"The audit chain is broken: {verdict.problem}.")
        self.stdout.write(f"{verdict.entries} entries, whole; end {verdict.entries}:{verdict.head}")
