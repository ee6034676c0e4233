"""Check that events can get from every slice to every other: by a broker, or without one."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connections

from omnify.conf import settings
from omnify.db import alias_of
from omnify.events.bus.configured import open_sender
from omnify.events.bus.ports import BusUnavailableError
from omnify.events.bus.urls import bus_name
from omnify.services.registry import manifests

_VARIABLE = "EVENT_BUS_URL"


def find_broker_problems() -> list[str]:
    """List what keeps events from arriving, a sentence each with the way out.

    Connects to the broker or, without one, to the databases of all services, since each slice
    then writes into each of them. A server that does not answer costs its time-out.
    """
    unreadable = [problem for problem in settings.STARTUP_PROBLEMS if _VARIABLE in problem]
    if unreadable or settings.EVENT_BUS_URL:
        return unreadable or list(_find_broker_problems())
    return list(_find_unreachable_databases())


def _find_broker_problems() -> Iterator[str]:
    try:
        open_sender().close()
    except BusUnavailableError as error:
        yield (
            f"the broker of {_VARIABLE}, {bus_name(settings.EVENT_BUS_URL)}, does not answer"
            f" ({error}): start it, or name one that runs"
        )


def _find_unreachable_databases() -> Iterator[str]:
    owners: dict[str, list[str]] = {}
    for service in manifests():
        owners.setdefault(alias_of(service), []).append(service)
    if len(owners) == 1:
        return
    for alias, services in owners.items():
        connection = connections[alias]
        # Every process of this machine reaches a file.
        if connection.vendor == "sqlite":
            continue
        try:
            connection.ensure_connection()
        except DatabaseError:
            place = connection.settings_dict
            where = f"{place['HOST'] or 'localhost'}:{place['PORT'] or 5432}/{place['NAME']}"
            yield (
                f"the database of {', '.join(services)}, {where}, is out of reach, and without a"
                f" broker all slices write their events into it: let them reach it, or set"
                f" {_VARIABLE} for the whole fleet"
            )
        finally:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]
