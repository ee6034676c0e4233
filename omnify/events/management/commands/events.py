"""Look at events that wait or failed, and replay or discard the dead ones."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count

from omnify.conf import settings
from omnify.events.models import Delivery, Outbox
from omnify.events.routes import use_bus
from omnify.events.upkeep import discard, replay


class Command(BaseCommand):
    """Status, replay, discard, use-bus."""

    help = (
        "status: what waits and what is dead. replay, discard: the dead, all or of one topic."
        " use-bus: let a database's events go through EVENT_BUS_URL from now on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, with which topic, in which database."""
        parser.add_argument("action", choices=["status", "replay", "discard", "use-bus"])
        parser.add_argument("--topic", default="")
        parser.add_argument("--database", default="default", choices=list(settings.DATABASES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        alias = options["database"]
        rows = Delivery.objects.using(alias)
        chosen = rows.filter(topic=options["topic"]) if options["topic"] else rows.all()
        if options["action"] == "replay":
            self.stdout.write(f"{replay(chosen)} deliveries will be handled again")
        elif options["action"] == "discard":
            self.stdout.write(f"{discard(chosen)} deliveries discarded")
        elif options["action"] == "use-bus":
            self.stdout.write(f"events of '{alias}' go through {use_bus(alias)}")
        else:
            waiting = Outbox.objects.using(alias).count()
            self.stdout.write(f"{waiting} events wait to be relayed")
            for row in chosen.values("subscriber", "topic", "state").annotate(count=Count("id")):
                self.stdout.write(
                    f"{row['subscriber']:<16}{row['topic']:<36}{row['state']:<6}{row['count']}"
                )
