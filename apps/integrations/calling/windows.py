"""Count calls of a window that slides, in few numbers, and never too few.

A window is cut into parts. A call counts until its whole part has left the window, so that a limit
holds for any span of the window's length, at the cost of a part's length of waiting.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

PARTS: Final = 24


class Window:
    """The calls of the last seconds, by parts of the window."""

    def __init__(self, seconds: int, counts: dict[str, int]) -> None:
        self._length = seconds / PARTS
        self._counts = {int(part): count for part, count in counts.items()}

    def forget(self, now: datetime) -> None:
        """Drop the parts that have left the window wholly."""
        oldest = self._part(now) - PARTS
        self._counts = {part: count for part, count in self._counts.items() if part >= oldest}

    @property
    def spent(self) -> int:
        """How many calls count still."""
        return sum(self._counts.values())

    def add(self, now: datetime) -> None:
        """Count a call."""
        part = self._part(now)
        self._counts[part] = self._counts.get(part, 0) + 1

    def find_free(self, wanted: int, calls: int, now: datetime) -> datetime:
        """Return when so many more calls fit below a limit, if nobody else calls until then."""
        rounds, rest = divmod(max(1, self.spent + wanted - calls), calls)
        left = rest
        for part in sorted(self._counts):
            left -= self._counts[part]
            if left <= 0:
                break
        else:
            part = max(self._counts, default=self._part(now) - PARTS)
        seconds = (part + PARTS + 1 + rounds * (PARTS + 1)) * self._length
        return datetime.fromtimestamp(math.ceil(seconds * 1000) / 1000, UTC)

    def to_json(self) -> dict[str, int]:
        """Return the counts as they are kept."""
        return {str(part): count for part, count in self._counts.items()}

    def _part(self, now: datetime) -> int:
        return math.floor(now.timestamp() / self._length)
