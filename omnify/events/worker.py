"""Run the threads that relay, ingest and dispatch in each serving process."""

from __future__ import annotations

import threading
import time

import structlog
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from omnify.conf import settings
from omnify.db import alias_of
from omnify.db.upkeep import forget_old
from omnify.events.bus.configured import is_configured
from omnify.events.bus.ports import BusUnavailableError
from omnify.events.dispatch import dispatch
from omnify.events.ingest import IngestThread
from omnify.events.relay import relay
from omnify.events.routes import refuse_another_bus
from omnify.events.subscriptions import FLOOR
from omnify.events.wakeup import ListenThread, bell, bell_file
from omnify.services.registry import hosted_aliases, hosted_services

log = structlog.get_logger(__name__)

#: How often a process looks without being woken, in seconds.
REGULAR_LOOK_SECONDS = 0.5
#: How often it checks whether another process of this machine rang, in seconds.
_FILE_LOOK_SECONDS = 0.05
_UPKEEP_SECONDS = 600.0


def run_once() -> int:
    """Relay and dispatch all events that can be now; returns the number of steps."""
    services, aliases = hosted_services(), hosted_aliases()
    moved = sum(_relay(alias) for alias in aliases)
    moved += sum(dispatch(alias, FLOOR) for alias in aliases)
    return moved + sum(dispatch(alias_of(service), service) for service in services)


def _relay(alias: str) -> int:
    try:
        return relay(alias)
    except BusUnavailableError as error:
        # Events that have arrived are still handled, and publishing continues.
        log.warning("event_bus_away", part="relay", reason=str(error))
        return 0


def start_threads() -> None:
    """Start the threads of this process, if it is to handle events.

    Raises:
        BusMismatchError: another bus carries the events of its databases.
    """
    if not settings.DISPATCHES_EVENTS:
        return
    refuse_another_bus()
    for alias in hosted_aliases():
        if connections[alias].vendor == "postgresql":
            ListenThread(alias).start()
    if is_configured():
        IngestThread().start()
    EventThread().start()


class EventThread(threading.Thread):
    """Relays and dispatches until the process ends; a database that is away is tried again."""

    def __init__(self) -> None:
        super().__init__(name="omnify-events", daemon=True)
        self._seen: dict[str, int] = {}
        self._upkeep_at = 0.0

    def run(self) -> None:
        """Wait for a bell, here or of another process, or for the next regular look, and work."""
        while True:
            self._wait()
            try:
                while run_once():
                    pass
                self._keep_up()
            except DatabaseError as error:
                log.warning("events_database_away", reason=type(error).__name__)
            except Exception:
                log.exception("events_thread_failed")
            finally:
                close_old_connections()

    def _keep_up(self) -> None:
        if time.monotonic() < self._upkeep_at:
            return
        self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
        now = timezone.now()
        has_more = [forget_old(alias, now=now) for alias in hosted_aliases()]
        if any(has_more):
            # The next batch comes soon; waiting events are handled in between.
            self._upkeep_at = 0.0

    def _wait(self) -> None:
        waited = 0.0
        while waited < REGULAR_LOOK_SECONDS and not bell.wait(_FILE_LOOK_SECONDS):
            waited += _FILE_LOOK_SECONDS
            if self._was_rung_elsewhere():
                break
        bell.clear()

    def _was_rung_elsewhere(self) -> bool:
        rung = False
        for alias in hosted_aliases():
            try:
                at = bell_file(alias).stat().st_mtime_ns
            except FileNotFoundError:
                continue
            rung |= self._seen.get(alias) not in (None, at)
            self._seen[alias] = at
        return rung
