"""Locks that all processes of a fleet share: at the database server, or files beside SQLite's.

On PostgreSQL they are advisory locks of the session, on SQLite ``flock`` on a file beside the
database: both vanish with a process that is killed.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.db import connections


def lock_number(name: str) -> int:
    """Return the number that PostgreSQL knows a lock by.

    It must not change: two versions that run side by side during an upgrade share their locks.
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def exclusive_lock(alias: str, name: str) -> AbstractContextManager[bool]:
    """Hold the lock ``name`` of a database, after waiting until it is free."""
    return _hold(alias, name, waits=True)


def try_lock(alias: str, name: str) -> AbstractContextManager[bool]:
    """Hold the lock ``name`` of a database if it is free; yields whether it was."""
    return _hold(alias, name, waits=False)


@contextmanager
def _hold(alias: str, name: str, *, waits: bool) -> Iterator[bool]:
    connection = connections[alias]
    if connection.vendor == "postgresql":
        with _hold_at_server(alias, lock_number(name), waits=waits) as is_mine:
            yield is_mine
        return
    database = str(connection.settings_dict["NAME"])
    if "memory" in database:
        yield True
        return
    with Path(f"{database}.{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def _hold_at_server(alias: str, number: int, *, waits: bool) -> Iterator[bool]:
    with connections[alias].cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
            if not cursor.fetchone()[0]:
                yield False
                return
    try:
        yield True
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
