"""The keys that sign access tokens, for operators."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.auth.operations.signing_keys import retire_key, rotate_keys
from apps.auth.queries import list_signing_keys
from omnify.exceptions import OmnifyError


class Command(BaseCommand):
    """List, rotate and retire signing keys."""

    help = "Rotate: publish a key that signs a little later. Retire: refuse an old one's tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do, and with which key."""
        parser.add_argument("action", choices=["list", "rotate", "retire"])
        parser.add_argument("kid", nargs="?", default="")
        parser.add_argument(
            "--urgent", action="store_true", help="Retire it although its tokens are alive."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        try:
            self._run(options["action"], options["kid"], is_urgent=options["urgent"])
        except OmnifyError as error:
            raise CommandError(error.detail) from error

    def _run(self, action: str, kid: str, *, is_urgent: bool) -> None:
        now = timezone.now()
        if action == "rotate":
            key, signs_from = rotate_keys(now=now)
            self.stdout.write(f"{key.kid} is published and signs from {signs_from:%H:%M:%S} UTC")
        elif action == "retire":
            retire_key(kid=kid, is_urgent=is_urgent, now=now)
            self.stdout.write(f"{kid} is retired: its tokens are refused within a second")
        else:
            for line in list_signing_keys(now=now):
                self.stdout.write(line)
