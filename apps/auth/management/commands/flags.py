"""Look at feature flags and set them for the whole fleet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.auth.operations.flags import remove_flag, set_flag
from omnify.db import alias_of
from omnify.exceptions import OmnifyError
from omnify.flags.models import Flag


class Command(BaseCommand):
    """List, on, off, remove."""

    help = "list: all flags. on, off: for everybody, or on for a share or some organizations."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do, with which flag, for whom."""
        parser.add_argument("action", choices=["list", "on", "off", "remove"])
        parser.add_argument("name", nargs="?", default="", help="E.g. rpc.ml.forecast")
        parser.add_argument("--percent", type=int, default=0, help="On for this share only.")
        parser.add_argument("--organization", type=UUID, action="append", default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        name = options["name"]
        if options["action"] == "list":
            self._list()
            return
        try:
            if options["action"] == "remove":
                remove_flag(name)
            else:
                narrow = options["percent"] or options["organization"]
                set_flag(
                    name,
                    enabled=options["action"] == "on" and not narrow,
                    percent=options["percent"],
                    organization_ids=options["organization"],
                )
        except OmnifyError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"{name}: {options['action']}; every process knows within a second")

    def _list(self) -> None:
        for flag in Flag.objects.using(alias_of("auth")):
            who = "everybody" if flag.enabled else f"{flag.percent} %"
            some = f", {len(flag.organization_ids)} organizations" if flag.organization_ids else ""
            self.stdout.write(f"{flag.name:<50}{who}{some}")
