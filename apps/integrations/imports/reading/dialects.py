"""Decides which decimal mark a column has, or that people have to say it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.forms import COMMA, MARKS, POINT, read_shape
from apps.integrations.imports.reading.cells.shapes import Facts, Shapes

#: Counts of wholes: what is between 1,000 and 1.000 of them is plain.
WHOLE_COUNTS: Final = frozenset(["impressions", "clicks", "reach", "orders"])


class NumberColumn(msgspec.Struct, frozen=True):
    """What a column of numbers holds: amounts, or counts, of wholes alone or not."""

    is_amount: bool
    is_whole: bool = False


class FileStyle(msgspec.Struct, frozen=True):
    """What a file shows of the way in which it writes numbers.

    Attributes:
        delimiter: what separates cells; empty in a workbook.
        has_comma_language: whether its headers are of a language that writes a decimal comma.
        mark: the mark that columns decide on by their own cells, if they agree.
    """

    delimiter: str
    has_comma_language: bool
    mark: str | None


def find_file_mark(columns: Iterable[Shapes]) -> str | None:
    """Return the decimal mark of columns whose own cells leave no other, if they agree."""
    facts = (shapes.facts() for shapes in columns)
    marks = {each.mark for each in facts if each.is_decisive and not each.has_bad}
    return next(iter(marks)) if len(marks) == 1 else None


def decide_mark(facts: Facts, shapes: Shapes, column: NumberColumn, style: FileStyle) -> str | None:
    """Return the decimal mark of a column; None where both remain.

    A column is open whose numbers all have one mark with three digits behind it.
    """
    if facts.mark is not None:
        return facts.mark
    if not facts.is_open:
        return style.mark or POINT
    used = _used_mark(shapes)
    if used is None:
        return None
    other = COMMA if used == POINT else POINT
    if style.mark == other:
        return other
    if style.mark == used:
        # A count of thousandths is as strange as a file of two styles.
        return used if column.is_amount else None
    return other if _are_thousands(used, column, style) else None


def _are_thousands(used: str, column: NumberColumn, style: FileStyle) -> bool:
    """Return whether a mark with three digits behind it marks thousands, by the file's dialect."""
    if used == POINT and style.delimiter == ";":
        return not column.is_amount or style.has_comma_language
    if used == POINT and style.delimiter == "\t":
        return style.has_comma_language
    if used == COMMA and style.delimiter == ",":
        return column.is_whole and not style.has_comma_language
    return False


def _used_mark(shapes: Shapes) -> str | None:
    """Return the mark that stands in the numbers; None if both do, each in some of them."""
    cores = [written.core for shape in shapes.counts if (written := read_shape(shape)[0])]
    used = [mark for mark in MARKS if any(mark in core for core in cores)]
    return used[0] if len(used) == 1 else None
