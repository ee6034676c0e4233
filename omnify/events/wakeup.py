"""Wake the threads of every process: by a bell here, by a file or NOTIFY elsewhere."""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.db import connections

from omnify.conf import settings

log = structlog.get_logger(__name__)

#: Rung in this process; the event thread waits for it.
bell = threading.Event()
#: What PostgreSQL's NOTIFY is sent on.
CHANNEL = "omnify_events"
_RECONNECT_SECONDS = 1.0


def wake(alias: str) -> None:
    """Ring the bell here, and wake the other processes of a database.

    On PostgreSQL they are notified wherever they run; on SQLite they watch a file. A process that
    misses it finds the event at its next regular look.
    """
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    ring(alias)


def ring(alias: str) -> None:
    """Ring the bell here and, on SQLite, for the other processes of this machine."""
    bell.set()
    if connections[alias].vendor != "postgresql":
        bell_file(alias).touch()


def bell_file(alias: str, *, of: str = "events") -> Path:
    """Return the file that the processes of this machine watch for what a database gets."""
    database = connections[alias].settings_dict
    named = f"{database['HOST']}:{database['PORT']}:{database['NAME']}"
    return Path(settings.DRAIN_DIRECTORY) / f"omnify-{of}-{alias}-{_fingerprint(named)}"


@lru_cache
def _fingerprint(named: str) -> str:
    return hashlib.sha256(named.encode()).hexdigest()[:16]


class ListenThread(threading.Thread):
    """Rings this process's bell whenever PostgreSQL notifies of an event."""

    def __init__(self, alias: str) -> None:
        super().__init__(name=f"omnify-listen-{alias}", daemon=True)
        self._parameters: dict[str, Any] = connections[alias].get_connection_params()
        self._stopped = threading.Event()

    def run(self) -> None:
        """Listen on a connection of its own, and on a new one after it broke."""
        import psycopg

        while not self._stopped.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("events_listen_failed", reason=type(error).__name__)
                self._stopped.wait(_RECONNECT_SECONDS)

    def _listen(self) -> None:
        import psycopg

        known = {"pool", "cursor_factory", "context", "prepare_threshold"}
        parameters = {name: v for name, v in self._parameters.items() if name not in known}
        with psycopg.connect(**parameters, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            bell.set()
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=_RECONNECT_SECONDS):
                    bell.set()

    def stop(self) -> None:
        """Let the thread end within a second."""
        self._stopped.set()
