"""Hold all processes of a database to one bus."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from omnify.conf import settings
from omnify.events.bus.urls import bus_name
from omnify.events.models import Route
from omnify.services.registry import hosted_aliases


class BusMismatchError(ImproperlyConfigured):
    """A process has another bus than the rest of the fleet, so that events would be lost."""


def refuse_another_bus() -> None:
    """Keep the bus of each database as its first process has it, and refuse any other.

    Raises:
        BusMismatchError: a database's events go through another bus than this process's.
    """
    own = bus_name(settings.EVENT_BUS_URL)
    for alias in hosted_aliases():
        try:
            route, _ = Route.objects.using(alias).get_or_create(id=1, defaults={"bus": own})
        except DatabaseError:
            continue  # Not migrated yet, or away: readiness reports it, and nothing is relayed.
        if route.bus != own:
            raise BusMismatchError(
                f"The events of database '{alias}' go through {route.bus}, and EVENT_BUS_URL of"
                f" this process means {own}. Set one value in the whole fleet; to change the bus,"
                " stop all processes, let the old bus become empty, and run 'manage.py events"
                " use-bus'."
            )


def use_bus(alias: str) -> str:
    """Let a database's events go through the configured bus from now on; returns its name."""
    own = bus_name(settings.EVENT_BUS_URL)
    Route.objects.using(alias).update_or_create(id=1, defaults={"bus": own})
    return own
