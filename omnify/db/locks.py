"""A lock that all processes of a fleet share: at the database server, or a file beside SQLite's."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections


@contextmanager
def exclusive_lock(alias: str, name: str) -> Iterator[None]:
    """Hold the lock ``name`` of a database; waits for whoever holds it.

    On PostgreSQL an advisory lock of the session, on SQLite ``flock`` on a file beside the
    database: both vanish with a process that is killed.
    """
    connection = connections[alias]
    if connection.vendor == "postgresql":
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        return
    database = str(connection.settings_dict["NAME"])
    if "memory" in database:
        yield
        return
    with Path(f"{database}.{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
