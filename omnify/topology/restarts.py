"""How soon and how often processes are started again, and when that is too often."""

from __future__ import annotations

import time
from collections import deque

#: So many restarts within so many seconds are too many.
MOST_RESTARTS, RESTART_WINDOW_SECONDS = 5, 60.0
#: The pause before a restart, doubled up to a limit until a process has lived for long enough.
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, _STABLE_SECONDS = 0.5, 30.0, 60.0


class RestartLimit:
    """Counts restarts of the processes of one kind."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=MOST_RESTARTS)

    @property
    def is_reached(self) -> bool:
        """Tell whether one more restart within the window would be too many."""
        is_full = len(self._times) == MOST_RESTARTS
        return is_full and time.monotonic() - self._times[0] < RESTART_WINDOW_SECONDS

    def count(self) -> None:
        """Count a restart."""
        self._times.append(time.monotonic())


class Backoff:
    """Says how long to wait before a process that ended is started again."""

    def __init__(self) -> None:
        self._next = _FIRST_PAUSE_SECONDS

    def take_pause(self, *, lived_seconds: float) -> float:
        """Return the pause in seconds: the first one again after a process that lived long."""
        pause = _FIRST_PAUSE_SECONDS if lived_seconds > _STABLE_SECONDS else self._next
        self._next = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        return pause
