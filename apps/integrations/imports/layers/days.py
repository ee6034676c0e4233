"""Runs of days, in order and apart from each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

Span = tuple[date, date]
_DAY = timedelta(days=1)


class Ranges:
    """Days as runs from a first to a last one; spans that touch or overlap are one run."""

    def __init__(self, spans: Iterable[Span], *, gap_days: int = 0) -> None:
        """``gap_days`` between two spans are taken into their run."""
        runs: list[Span] = []
        reach = timedelta(days=gap_days + 1)
        for first, last in sorted(spans):
            if runs and first <= runs[-1][1] + reach:
                runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
            else:
                runs.append((first, last))
        self._runs = runs
        self._firsts = [first for first, _ in runs]

    def __iter__(self) -> Iterator[Span]:
        return iter(self._runs)

    def overlap(self, first: date, last: date) -> bool:
        """Tell whether any of some days is one of these."""
        at = bisect_right(self._firsts, last) - 1
        return at >= 0 and self._runs[at][1] >= first

    def cover(self, first: date, last: date) -> bool:
        """Tell whether all of some days are among these."""
        at = bisect_right(self._firsts, first) - 1
        return at >= 0 and self._runs[at][1] >= last

    def after(self, day: date | None) -> Span | None:
        """Return what is left of the first run that is not over before a day; None at the end."""
        for first, last in self._runs:
            if day is None or day <= first:
                return first, last
            if day <= last:
                return day, last
        return None

    def count(self, *, before: date | None = None) -> int:
        """Return how many days there are, or how many before a day."""
        return sum(
            (min(last, before - _DAY if before else last) - first).days + 1
            for first, last in self._runs
            if before is None or first < before
        )
