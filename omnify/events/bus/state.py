"""How the bus does, as the threads of this process see it."""

from __future__ import annotations

import threading

_lock = threading.Lock()
_reasons: dict[str, str] = {}


def note_working(part: str) -> None:
    """The relay or the ingest got through to the bus."""
    with _lock:
        _reasons.pop(part, None)


def note_failing(part: str, reason: str) -> None:
    """It did not, and why."""
    with _lock:
        _reasons[part] = reason


def find_failure() -> str:
    """Why the bus is not reached, by part; empty while all is well."""
    with _lock:
        return "; ".join(f"{part}: {reason}" for part, reason in sorted(_reasons.items()))
