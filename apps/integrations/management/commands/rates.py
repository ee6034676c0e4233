"""Load exchange rates that all organizations share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.integrations.rates.operations import load_rates
from apps.integrations.rates.sheets import SheetError, read_sheet
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
            text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
            loaded = load_rates(read_sheet(text.splitlines()), source="ECB", now=timezone.now())
        except (OSError, UnicodeDecodeError, SheetError) as error:
            raise CommandError(f"{name}: {error}") from error
        except OmnifyError as error:
            first = error.details["errors"][0]
            raise CommandError(f"{name}: {first['field']}: {first['message']}") from error
        self.stdout.write(
            f"{loaded.rates} rates of {loaded.days} days loaded;"
            f" {loaded.unknown} of currencies that Omnify does not know left out"
        )
