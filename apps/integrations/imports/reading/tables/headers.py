"""Finds the row that names a table's columns, below titles and other lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from apps.integrations.imports.reading.known.labels import begins_like_total
from apps.integrations.imports.reading.names import fold_column

#: Rows in which the header is looked for.
SEARCHED_ROWS: Final = 200
#: As many cells of a row are looked at: a wider table is refused anyway.
_COUNTED_CELLS: Final = 2000
_VALUE = re.compile(
    r"""\W{0,2}(?:[A-Z]{0,3}[$€£¥₹\s]{0,3})?          # a sign, a currency
        (?:\d[\d.,'\u2019\s]*|[.,]\d+)(?:[eE][+-]?\d+)?     # a number …
        (?:\s?[%€$£¥]|\s?[A-Z]{3})?\W{0,2}             # … and its unit
      | \d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4}(?:[T\s].*)?     # a day, with a time
      | \d{4}-W?\d{2}                                  # a month, a week
      | \d{1,2}\.?[\s/-]\w{3,12}\.?,?[\s/-]\d{2,4}(?:[T\s].*)?    # 1 September 2026
      | \w{3,12}\.?\s\d{1,2},?\s\d{4}(?:[,\s].*)?      # September 1, 2026
    """,
    re.VERBOSE,
)
_LONGEST_VALUE: Final = 60


class Header(msgspec.Struct, frozen=True):
    """Where a table's header is, and how well the rows below it fit."""

    row: int
    names: int
    values: int
    width: int


def is_value(cell: str) -> bool:
    """Return whether a cell looks like a number or a day, and so not like a column's name."""
    cell = cell.strip()
    return len(cell) <= _LONGEST_VALUE and _VALUE.fullmatch(cell) is not None


def find_header(rows: Sequence[Sequence[str]], wanted: Collection[str] = ()) -> Header | None:
    """Return the row that names the columns best: those wanted, else those of what is below it.

    ``wanted`` are folded names; the row that has most of them is the header. Without them it is the
    widest row of texts that stands above at least half of the values: titles are narrow.
    """
    rows = rows[:SEARCHED_ROWS]
    values = [sum(map(is_value, row[:_COUNTED_CELLS])) for row in rows]
    headers = []
    for index, row in enumerate(rows):
        names = _count_names(row, wanted) if wanted else 0
        below = 0 if values[index] else _count_below(rows, values, index)
        if below or names:
            headers.append(Header(index, names, below, len(_trimmed(row))))
    most_names = max((each.names for each in headers), default=0)
    headers = [each for each in headers if each.names == most_names]
    most_values = max((each.values for each in headers), default=0)
    likely = [each for each in headers if each.values * 2 >= most_values]
    return max(likely, key=lambda each: (each.width, -each.row), default=None)


def _count_names(row: Sequence[str], wanted: Collection[str]) -> int:
    return len({fold_column(cell) for cell in row[:_COUNTED_CELLS]}.intersection(wanted))


def _count_below(rows: Sequence[Sequence[str]], values: Sequence[int], index: int) -> int:
    """Count the values in the rows below that are as wide.

    There are none unless the next row fits: a header stands right above its table.
    """
    width, trimmed = len(rows[index]), len(_trimmed(rows[index]))
    count = 0
    for row, found in zip(rows[index + 1 :], values[index + 1 :], strict=True):
        filled = len(_trimmed(row))
        # Totals right below the header may be wider by their label.
        if not filled or (filled > trimmed and any(map(begins_like_total, row[trimmed:]))):
            continue
        fits = len(row) == width or filled <= trimmed <= len(row)
        if not count and not fits:
            return 0
        count += found if fits else 0
    return count


def _trimmed(row: Sequence[str]) -> Sequence[str]:
    """Return a row without empty cells at its end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
