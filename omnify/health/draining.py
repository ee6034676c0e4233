"""Announce that a server is about to stop: by a file that all its workers see."""

from __future__ import annotations

from pathlib import Path

from omnify.conf import settings


def drain_file() -> Path:
    """Return the file of this server; its port tells the servers of one host apart."""
    return Path(settings.DRAIN_DIRECTORY) / f"omnify-{settings.PORT}.draining"


def start_draining() -> None:
    """Announce the stop: the server is not ready, and new requests are not executed."""
    drain_file().touch()


def stop_draining() -> None:
    """Withdraw the announcement; a server that starts does this first."""
    drain_file().unlink(missing_ok=True)


def is_draining() -> bool:
    """Tell whether the stop was announced."""
    return drain_file().exists()
