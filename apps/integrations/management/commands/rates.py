"""Load exchange rates that all organizations share."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.integrations.imports.operations.sharing import load_file
from omnify.exceptions import OmnifyError


class Command(BaseCommand):
    """Load a file of the European Central Bank."""

    help = "load FILE: the euro's rates of eurofxref.csv or eurofxref-hist.csv, for everybody."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do, with which file."""
        parser.add_argument("action", choices=["load"])
        parser.add_argument("file", help="As it is downloaded and unpacked; - for standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all of the file or nothing of it, and say what came of it."""
        name = options["file"]
        try:
            content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            loaded = load_file(BytesIO(content), now=timezone.now())
        except OSError as error:
            raise CommandError(f"{name}: {error}") from error
        except OmnifyError as error:
            raise CommandError(f"{name}: {_describe(error)}") from error
        self.stdout.write(
            f"{loaded.rates} rates of {loaded.days} days loaded;"
            " currencies that Omnify does not know are left out"
        )


def _describe(error: OmnifyError) -> str:
    """Return what is wrong with a file, of several things the first."""
    first = next(iter(error.details.get("errors", ())), None)
    if first is None:
        return str(error)
    where = f"line {first['line']}: " if first.get("line") else ""
    return f"{where}{first['message']}"
