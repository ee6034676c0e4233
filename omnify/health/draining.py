"""The announcement that a server is about to stop: a file that all its workers see."""

from __future__ import annotations

from pathlib import Path

from omnify.conf import settings


def drain_file() -> Path:
    """The file of this server; its port tells servers of one host apart."""
    return Path(settings.DRAIN_DIRECTORY) / f"omnify-{settings.PORT}.draining"


def start_draining() -> None:
    """Announce the stop: not ready any more, and new requests are not executed."""
    drain_file().touch()


def stop_draining() -> None:
    """Take the announcement back; a server that starts does this first."""
    drain_file().unlink(missing_ok=True)


def is_draining() -> bool:
    """Whether the stop was announced."""
    return drain_file().exists()
