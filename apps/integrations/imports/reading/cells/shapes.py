"""Counts the shapes of a column's cells: a few dozen, whatever the number of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.forms import (
    LONGEST,
    MARKS,
    is_no_value,
    read_shape,
)

#: Turns a text into its shape.
DIGITS: Final = str.maketrans("123456789", "000000000")
#: A column with more shapes is one of texts.
_MOST_SHAPES: Final = 2000
_TOO_LONG: Final = "(long)"


class Shapes:
    """The shapes of a column's cells so far, with how often each is there."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.is_overflowing = False

    def add(self, cells: Sequence[str]) -> None:
        """Count the shapes of cells."""
        if self.is_overflowing:
            return
        shapes = "\n".join(cells).translate(DIGITS).split("\n")
        new = Counter(shapes)
        for shape in [shape for shape in new if len(shape) > LONGEST]:
            new[_TOO_LONG] += new.pop(shape)
        self.counts.update(new)
        self.is_overflowing = len(self.counts) > _MOST_SHAPES

    def no_values(self) -> dict[str, int]:
        """Return the cells that hold no value, with how often each is there."""
        return {shape: count for shape, count in self.counts.items() if is_no_value(shape)}

    def facts(self) -> Facts:
        """Return what the shapes say about the column's numbers."""
        return _find_facts(self)


class Facts(msgspec.Struct, frozen=True):
    """What the shapes of a column's numbers say.

    Attributes:
        marks: the decimal marks that all numbers can be read with.
        decisive: whether a number can be read with one of them only.
        is_open: whether a number reads differently with either mark.
        bad: whether a cell is neither a number nor empty.
        numbers: how many cells are numbers.
    """

    marks: frozenset[str]
    is_decisive: bool
    is_open: bool
    has_bad: bool
    numbers: int

    @property
    def mark(self) -> str | None:
        """Return the decimal mark that the column's own cells decide on."""
        return next(iter(self.marks)) if len(self.marks) == 1 else None


def _find_facts(shapes: Shapes) -> Facts:
    votes: Counter[str] = Counter()
    numbers = 0
    is_open = has_bad = False
    for shape, count in shapes.counts.items():
        if is_no_value(shape):
            continue
        _, cores = read_shape(shape)
        has_bad = has_bad or not cores
        if not cores:
            continue
        numbers += count
        if len(cores) == 1:
            votes[next(iter(cores))] += count
        elif cores[MARKS[0]] != cores[MARKS[1]]:
            is_open = True
    # Where cells disagree the mark of most is the column's, and the others are told as errors.
    marks = frozenset((votes.most_common(1)[0][0],)) if votes else frozenset(MARKS)
    return Facts(marks, bool(votes), is_open, has_bad or shapes.is_overflowing, numbers)
