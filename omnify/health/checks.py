"""The parts of a process that its health names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from health_check.base import HealthCheck
from health_check.exceptions import HealthCheckException, ServiceUnavailable, ServiceWarning

from omnify.conf import settings
from omnify.events.bus.state import find_failure
from omnify.events.bus.urls import bus_name
from omnify.events.models import Outbox
from omnify.health.draining import is_draining
from omnify.identity.keys import KeySetUnavailableError, key_set
from omnify.services.registry import hosted_aliases

log = structlog.get_logger(__name__)
_LONGEST_WAIT = timedelta(seconds=30)


@dataclass
class Database(HealthCheck):
    """A database that hosted services keep their tables in; required."""

    alias: str

    def run(self) -> None:
        """Query the database for a row."""
        try:
            with connections[self.alias].cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
        except DatabaseError as error:
            raise ServiceUnavailable("does not answer") from error


@dataclass
class Migrations(HealthCheck):
    """The tables of the hosted services are those that this code expects; required."""

    alias: str

    def run(self) -> None:
        """Compare the recorded migrations with those of the code."""
        try:
            missing = find_missing_migrations(self.alias)
        except DatabaseError as error:
            raise ServiceUnavailable("the database does not answer") from error
        if missing:
            raise ServiceUnavailable(f"run 'manage.py migrate': {', '.join(missing)} missing")


@dataclass
class SharedCache(HealthCheck):
    """The cache; without it answers are slower and limits count per process."""

    def run(self) -> None:
        """Write a key and read it back."""
        try:
            cache.set("omnify:health", "1", 5)
            if cache.get("omnify:health") != "1":
                raise ServiceWarning("does not keep what is written")
        except OSError as error:
            raise ServiceWarning("does not answer") from error


@dataclass
class KeySetPart(HealthCheck):
    """The key set that tokens are verified with; a peer owns it, so it only degrades."""

    def run(self) -> None:
        """Check that any key is known."""
        try:
            key_set.find("")
        except KeySetUnavailableError as error:
            raise ServiceWarning("no key set fetched yet; signed-in requests get 503") from error


@dataclass
class Bus(HealthCheck):
    """The broker of events; while it is away events wait in the outbox, so it only degrades."""

    def run(self) -> None:
        """Ask the threads of this process, which are always connected to the bus."""
        if reason := find_failure():
            raise ServiceWarning(f"{bus_name(settings.EVENT_BUS_URL)} is not reached: {reason}")


@dataclass
class Outboxes(HealthCheck):
    """Events that are not relayed: too few processes, a broker that is away, a wrong database."""

    alias: str

    def run(self) -> None:
        """Check the age of the oldest event that waits."""
        try:
            oldest = Outbox.objects.using(self.alias).order_by("id").first()
        except DatabaseError:
            return  # The database's own part reports it.
        if oldest and timezone.now() - oldest.created_at > _LONGEST_WAIT:
            since = oldest.created_at.isoformat(timespec="seconds")
            raise ServiceWarning(f"events wait to be relayed since {since}")


@dataclass
class Draining(HealthCheck):
    """The announcement that this server is about to stop; required to be absent."""

    def run(self) -> None:
        """Check for the announcement."""
        if is_draining():
            raise ServiceUnavailable("this server is about to stop")


def find_missing_migrations(alias: str) -> list[str]:
    """Name the migrations of hosted services that the database lacks."""
    executor = MigrationExecutor(connections[alias])
    targets = executor.loader.graph.leaf_nodes()
    return [
        f"{migration.app_label}.{migration.name}"
        for migration, _ in executor.migration_plan(targets)
        if router.allow_migrate(alias, migration.app_label)
    ]


#: Parts that floors above this one add; each function is called when health is asked for.
_more_parts: list[Callable[[], dict[str, HealthCheck]]] = []


def add_parts(find: Callable[[], dict[str, HealthCheck]]) -> None:
    """Let readiness name further parts."""
    _more_parts.append(find)


def readiness_parts() -> dict[str, HealthCheck]:
    """Return the parts that decide about readiness, by the name that an operator reads."""
    parts: dict[str, HealthCheck] = {"draining": Draining()}
    parts |= {f"database:{alias}": Database(alias) for alias in hosted_aliases()}
    parts["key_set"] = KeySetPart()
    if settings.CACHE_IS_SHARED:
        parts["cache"] = SharedCache()
    if settings.EVENT_BUS_URL and settings.DISPATCHES_EVENTS:
        parts["event_bus"] = Bus()
    parts |= {f"outbox:{alias}": Outboxes(alias) for alias in hosted_aliases()}
    for find in _more_parts:
        parts |= find()
    return parts


def startup_parts() -> dict[str, HealthCheck]:
    """Return the parts that have to be done once before a process may serve."""
    return {f"migrations:{alias}": Migrations(alias) for alias in hosted_aliases()}


def run_parts(parts: dict[str, HealthCheck]) -> tuple[str, dict[str, Any]]:
    """Run each part.

    Returns:
        The worst state (``ok``, ``degraded``, ``failed``) and, per part, its state, the
        milliseconds it took and, where it is not ``ok``, what is wrong.
    """
    results = {name: _run(name, check) for name, check in parts.items()}
    return worst(result["status"] for result in results.values()), results


def worst(states: Iterable[str]) -> str:
    """Return the worst of some states."""
    return max(states, key=("ok", "degraded", "failed").index, default="ok")


def _run(name: str, check: HealthCheck) -> dict[str, Any]:
    started = time.perf_counter()
    result: dict[str, Any] = {"status": "ok"}
    try:
        check.run()
    except ServiceWarning as error:
        result |= {"status": "degraded", "reason": error.message}
    except HealthCheckException as error:
        result |= {"status": "failed", "reason": error.message}
    except Exception as error:
        log.warning("health_part_failed", part=name, exc_info=error)
        result |= {"status": "failed", "reason": "failed unexpectedly; see the log"}
    result["milliseconds"] = round((time.perf_counter() - started) * 1000, 1)
    return result
