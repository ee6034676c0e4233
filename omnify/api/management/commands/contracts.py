"""Print the contracts of all services, and compare them with a former version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omnify.api.contracts import describe, to_json
from omnify.services.compatibility import find_breaks


class Command(BaseCommand):
    """Show what versions of the fleet may ask of each other, and name what breaks it."""

    help = "contracts show prints them; contracts check names what breaks a former version."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the two forms of the command."""
        forms = parser.add_subparsers(dest="form", required=True)
        forms.add_parser("show", help="Print the contracts as docs/contracts.json has them.")
        check = forms.add_parser("check", help="Name every change that breaks a running version.")
        check.add_argument("--against", required=True, type=Path, help="a former contracts.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, or check.

        Raises:
            CommandError: a change is breaking, or there is no such file.
        """
        if options["form"] == "show":
            self.stdout.write(to_json(describe()), ending="")
            return
        breaks = find_breaks(_read(options["against"]), describe())
        if breaks:
            listed = "".join(f"\n  - {change}" for change in breaks)
            way_out = "Add beside what is there, with a default, and remove in a later version."
            raise CommandError(f"{len(breaks)} breaking changes:{listed}\n{way_out}")
        self.stdout.write(f"compatible with {options['against']}")


def _read(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {path}.") from error
    except ValueError as error:
        raise CommandError(f"{path} is no JSON: {error}") from error
    missing = [name for name in ("contracts", "events", "messages") if name not in document]
    if missing:
        raise CommandError(f"{path} holds no contracts: it has no {', '.join(missing)}.")
    return document
