"""Lines the size of a word: drawn by the server, without a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Final

from omnify.pages.parts.base import Part

WIDTH: Final = 120
HEIGHT: Final = 32
#: Room for the line's own width.
_MARGIN: Final = 2


class Sparkline(Part, dict=True):
    """The course of a figure; None where nothing is known, which leaves a gap."""

    values: tuple[Decimal | None, ...]
    #: What it says to those who do not see it, such as "Revenue, rising from 1.2 M to 1.9 M".
    label: str

    @property
    def view_box(self) -> str:
        """Return the size of the drawing."""
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def lines(self) -> list[str]:
        """Return the points of each stretch without a gap."""
        return [" ".join(f"{x:g},{y:g}" for x, y in run) for run in self._runs if len(run) > 1]

    @property
    def dots(self) -> list[tuple[float, float]]:
        """Return what no line reaches."""
        return [run[0] for run in self._runs if len(run) == 1]

    @property
    def last(self) -> tuple[float, float] | None:
        """Return the last point that is known."""
        return self._runs[-1][-1] if self._runs else None

    @cached_property
    def _runs(self) -> list[list[tuple[float, float]]]:
        """The stretches of points without a gap."""
        grouped = groupby(_points(self.values), key=bool)
        return [[point for point in run if point] for known, run in grouped if known]


def _points(values: Sequence[Decimal | None]) -> Iterator[tuple[float, float] | None]:
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (Decimal(0), Decimal(0))
    step = (WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)
    for at, value in enumerate(values):
        if value is None:
            yield None
            continue
        # A level line stands in the middle.
        height = float((value - low) / (high - low)) if high > low else 0.5
        y = HEIGHT - _MARGIN - height * (HEIGHT - 2 * _MARGIN)
        yield round(_MARGIN + at * step, 1), round(y, 1)
