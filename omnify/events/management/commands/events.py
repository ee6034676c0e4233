"""List events that wait or failed; replay or discard the dead ones."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count

from omnify.conf import settings
from omnify.events.dead_letters import discard, replay
from omnify.events.models import Delivery, Outbox
from omnify.events.routes import use_bus
from omnify.services.registry import hosted_aliases


class Command(BaseCommand):
    """List, replay or discard deliveries, or choose the bus."""

    help = (
        "status: count waiting and dead events. replay, discard: dead events, all or of one topic."
        " use-bus: send a database's events through EVENT_BUS_URL from now on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the action, a topic, and a database: by default all of this process."""
        parser.add_argument("action", choices=["status", "replay", "discard", "use-bus"])
        parser.add_argument("--topic", default="")
        parser.add_argument("--database", choices=list(settings.DATABASES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Act on each database, and print the outcome."""
        aliases = [options["database"]] if options["database"] else hosted_aliases()
        if not aliases:
            raise CommandError("No service is hosted here: name a database with --database.")
        for alias in aliases:
            self._act(alias, options["action"], options["topic"])

    def _act(self, alias: str, action: str, topic: str) -> None:
        rows = Delivery.objects.using(alias)
        chosen = rows.filter(topic=topic) if topic else rows.all()
        if action == "replay":
            self.stdout.write(f"{alias}: {replay(chosen)} deliveries will be handled again")
        elif action == "discard":
            self.stdout.write(f"{alias}: {discard(chosen)} deliveries discarded")
        elif action == "use-bus":
            self.stdout.write(f"{alias}: events go through {use_bus(alias)}")
        else:
            waiting = Outbox.objects.using(alias).count()
            self.stdout.write(f"{alias}: {waiting} events wait to be relayed")
            for row in chosen.values("subscriber", "topic", "state").annotate(count=Count("id")):
                self.stdout.write(
                    f"{row['subscriber']:<16}{row['topic']:<36}{row['state']:<6}{row['count']}"
                )
