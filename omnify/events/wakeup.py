"""Telling every process that there is something to relay: a bell in this one, a file for others."""

from __future__ import annotations

import threading
from pathlib import Path

from omnify.conf import settings

#: Rung in this process; the event thread waits for it.
bell = threading.Event()


def wake(alias: str) -> None:
    """Ring here, and touch the file that the other processes of this machine look at.

    A process of another machine finds the event at its next regular look.
    """
    bell.set()
    bell_file(alias).touch()


def bell_file(alias: str) -> Path:
    """The file of a database's events on this machine."""
    return Path(settings.DRAIN_DIRECTORY) / f"omnify-events-{alias}-{_fingerprint(alias)}"


def _fingerprint(alias: str) -> str:
    import hashlib

    from django.db import connections

    database = connections[alias].settings_dict
    named = f"{database['HOST']}:{database['PORT']}:{database['NAME']}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]
