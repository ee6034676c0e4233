"""How often processes are started again, and when that is too often."""

from __future__ import annotations

import time
from collections import deque

#: So many restarts within so many seconds are too many.
MOST_RESTARTS, RESTART_WINDOW_SECONDS = 5, 60.0


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
