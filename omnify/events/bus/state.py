"""The state of the bus, as the threads of this process see it."""

from __future__ import annotations

import threading

_lock = threading.Lock()
_reasons: dict[str, str] = {}


def note_working(part: str) -> None:
    """Note that a part, the relay or the ingest, reaches the bus."""
    with _lock:
        _reasons.pop(part, None)


def note_failing(part: str, reason: str) -> None:
    """Note that a part does not reach the bus, and why."""
    with _lock:
        _reasons[part] = reason


def find_failure() -> str:
    """Say why the bus is not reached, by part; empty if it is."""
    with _lock:
        return "; ".join(f"{part}: {reason}" for part, reason in sorted(_reasons.items()))
