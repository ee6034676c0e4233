"""The first rows of a table, to see what its columns hold."""

from __future__ import annotations

from itertools import combinations
from typing import Final

from apps.integrations.imports.reading.cells.converters import Cached
from apps.integrations.imports.reading.cells.currencies import find_currencies
from apps.integrations.imports.reading.cells.days import read_written, split_range, split_time
from apps.integrations.imports.reading.cells.forms import is_no_value, read_shape
from apps.integrations.imports.reading.cells.numbers import NumberStyle
from apps.integrations.imports.reading.cells.shapes import Shapes
from apps.integrations.imports.reading.dialects import (
    FileStyle,
    NumberColumn,
    decide_mark,
    find_file_mark,
)
from apps.integrations.imports.reading.known.labels import begins_like_total
from apps.integrations.imports.reading.known.languages import has_comma_language
from apps.integrations.imports.reading.tables.table import Table

_ROWS: Final = 1000
#: As many columns are tried as sums of some of the others; of more, as the sum of all others.
_MOST_SUBSETS: Final = 9
_TOLERANCE_MICROS: Final = 10_000
#: In so many rows a sum is no coincidence.
_SURE_ROWS: Final = 3


class Sample:
    """The cells of a table's first rows, by column."""

    def __init__(self, table: Table) -> None:
        rows: list[list[str]] = []
        for chunk in table.chunks():
            rows.extend(chunk.rows)
            if len(rows) >= _ROWS:
                break
        rows = [row for row in rows if not any(map(begins_like_total, row))] or rows
        self._columns = [
            [row[position].strip() for row in rows] for position in range(len(table.columns))
        ]
        self._shapes = [self._shapes_of(cells) for cells in self._columns]
        self._style = FileStyle(
            table.delimiter, has_comma_language(table.columns), find_file_mark(self._shapes)
        )

    def is_number(self, position: int) -> bool:
        """Return whether a column's cells are numbers, and none of them a percentage."""
        facts = self._shapes[position].facts()
        shapes = self._shapes[position].counts
        return facts.numbers > 0 and not facts.has_bad and not any("%" in each for each in shapes)

    def may_be_number(self, position: int) -> bool:
        """Return whether most of a column's cells are numbers, or all of them empty."""
        facts = self._shapes[position].facts()
        filled = sum(not is_no_value(cell) for cell in self._columns[position])
        return not facts.has_bad or facts.numbers * 2 > filled

    def is_of_days(self, position: int) -> bool:
        """Return whether a column's cells are days."""
        cells = [cell for cell in self._columns[position] if not is_no_value(cell)]
        return bool(cells) and all(
            read_written(split_time(cell)[0]) or split_range(cell) for cell in cells
        )

    def is_of_paths(self, position: int) -> bool:
        """Return whether a column's cells are paths, at least one of them with several steps."""
        cells = self._columns[position]
        return any(" > " in cell for cell in cells) and not any(
            each in cell for cell in cells for each in "<="
        )

    def has_currency_codes(self, position: int) -> bool:
        """Return whether a column's cells name currencies."""
        cells = {cell for cell in self._columns[position] if not is_no_value(cell)}
        return bool(cells) and all(
            (codes := find_currencies(cell)) is not None and len(codes) == 1 for cell in cells
        )

    def currencies_of(self, position: int) -> list[frozenset[str]]:
        """Return what each sign and code beside a column's numbers may mean."""
        return [
            written.currencies
            for shape in self._shapes[position].counts
            if (written := read_shape(shape)[0]) is not None and written.currencies is not None
        ]

    def is_written_as_money(self, position: int) -> bool:
        """Return whether a column's numbers have decimals, or a currency beside them."""
        if self.currencies_of(position):
            return True
        mark = self._mark_of(position) or "."
        return any(
            core is not None and core.places
            for shape in self._shapes[position].counts
            for core in (read_shape(shape)[1].get(mark),)
        )

    def sum_of(self, position: int) -> int:
        """Return the sum of a column's numbers in millionths, zero if some cells are none."""
        return sum(self._micros(position) or ())

    def words_of(self, position: int) -> list[str]:
        """Return a column's cells that are neither empty nor numbers, each once."""
        cells = dict.fromkeys(self._columns[position])
        return [cell for cell in cells if not is_no_value(cell) and not read_shape(cell)[1]]

    def find_sums(self, positions: list[int], likely: set[int], parts: set[int]) -> list[int]:
        """Return the columns that are in each row the sum of at least two of the other ``parts``.

        ``likely`` ones by their name may be the sum of some; others of all, in several rows.
        """
        values = {position: self._micros(position) for position in positions}
        left = [each for each in positions if any(values[each] or ())]
        found = []
        for position in sorted(left, key=lambda each: each not in likely):
            others = [values[each] or [] for each in left if each != position and each in parts]
            target = values[position] or []
            is_likely = position in likely
            if (is_likely or len(target) >= _SURE_ROWS) and _is_sum(target, others, is_likely):
                found.append(position)
                left.remove(position)
        return found

    def _micros(self, position: int) -> list[int] | None:
        """Return a column's numbers; None if some are none."""
        mark = self._mark_of(position)
        written = self.currencies_of(position)
        codes = frozenset.intersection(*written) if written else frozenset()
        style = NumberStyle(mark or ".", min(codes, default=""), may_be_negative=True, empty=0)
        values = Cached(style.parse).convert(self._columns[position])
        return values if all(isinstance(each, int) for each in values) else None

    def _mark_of(self, position: int) -> str | None:
        shapes = self._shapes[position]
        return decide_mark(shapes.facts(), shapes, NumberColumn(is_amount=True), self._style)

    def _shapes_of(self, cells: list[str]) -> Shapes:
        shapes = Shapes()
        if cells:
            shapes.add(cells)
        return shapes


def _is_sum(target: list[int], others: list[list[int]], may_be_of_some: bool) -> bool:  # noqa: FBT001
    """Return whether numbers are the sums of all others, or of some of them."""
    may_be_of_some = may_be_of_some and len(others) <= _MOST_SUBSETS
    sizes = range(len(others), 1, -1) if may_be_of_some else [len(others)]
    return any(
        all(
            abs(sum(row) - total) <= _TOLERANCE_MICROS * size
            for total, *row in zip(target, *parts, strict=True)
        )
        for size in sizes
        if size > 1
        for parts in combinations(others, size)
    )


def take_sample(table: Table) -> Sample:
    """Return the first rows of a table."""
    return Sample(table)
