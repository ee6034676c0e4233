"""A table in a file: its columns, and its rows in chunks with their lines."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import Any, Final, Protocol

import msgspec

from apps.integrations.imports.reading.known.labels import begins_like_total
from apps.integrations.imports.reading.names import column_name, fold_column
from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.results import Remark
from apps.integrations.imports.reading.tables.dialect import Dialect
from apps.integrations.imports.reading.tables.quotes import find_open_quote
from apps.integrations.imports.reading.tables.text import Source

MAX_COLUMNS: Final = 2000
#: Larger chunks leave the processor's cache, and are walked through by the garbage collector.
_CHUNK_ROWS: Final = 250
_CHUNK_CELLS: Final = 50_000
#: Of wider tables single columns are taken, not all turned at once.
_MOST_TURNED: Final = 30


class Chunk:
    """Rows that follow each other, as wide as the header, with the line where each begins.

    ``short`` has the widths of rows that were filled up with empty cells, by their position.
    """

    def __init__(
        self, rows: list[list[str]], lines: Sequence[int], short: dict[int, int] | None = None
    ) -> None:
        self.rows = rows
        self.lines = lines
        self.short = short or {}

    def cells(self, index: int) -> Sequence[str]:
        """Return the cells of a column as they are."""
        if len(self.rows[0]) > _MOST_TURNED:
            return [row[index] for row in self.rows]
        return self._columns[index]

    def column(self, index: int) -> Sequence[str]:
        """Return the cells of a column, without spaces around them."""
        cells = self.cells(index)
        joined = "".join(cells)
        if " " in joined or not joined.isascii() or "\n" in joined or "\t" in joined:
            return [cell.strip() for cell in cells]
        return cells

    def keep(self, positions: Sequence[int]) -> Chunk:
        """Return the rows at some positions."""
        return Chunk(
            [self.rows[each] for each in positions], [self.lines[each] for each in positions]
        )

    @cached_property
    def _columns(self) -> list[tuple[str, ...]]:
        return list(zip(*self.rows, strict=True))


class Rows(Protocol):
    """Where rows come from: each time anew, titles and header included."""

    def chunks(self, size: int) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
        """Yield so many rows at once, with the lines where they begin."""


class TextRows(msgspec.Struct, frozen=True):
    """The rows of a text file."""

    source: Source
    dialect: Dialect

    def chunks(self, size: int) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
        """Yield so many rows at once, with the lines where they begin.

        Raises:
            CsvInvalidError: a quote never closes, or a cell has more than 131,072 characters.
        """
        reader = self.dialect.rows(self.source.lines())
        line = 1
        while True:
            try:
                rows = list(islice(reader, size))
            except csv.Error as error:
                if not self.source.is_cut:
                    raise self._refusal(error) from error
                rows = self._rows_before_the_cut(line, size)
                yield rows, _lines_of(rows, line)
                return
            if not rows:
                return
            until = reader.line_num + 1
            yield rows, range(line, until) if until - line == len(rows) else _lines_of(rows, line)
            line = until

    def _rows_before_the_cut(self, line: int, size: int) -> list[list[str]]:
        """Return the last rows of a file's beginning, which may end within a quoted cell."""
        reader = self.dialect.rows(self.source.lines())
        rows: list[list[str]] = []
        with suppress(csv.Error):
            rows.extend(row for row in reader if reader.line_num >= line)
        return rows[:size]

    def _refusal(self, error: csv.Error) -> Exception:
        """Find the record that cannot be read, and in it the quote that was opened last."""
        reader = self.dialect.rows(self.source.lines())
        before = 0
        with suppress(csv.Error):
            for _ in reader:
                before = reader.line_num
        record = islice(self.source.lines(), before, reader.line_num)
        opened = find_open_quote(record, self.dialect.delimiter)
        line = before + (opened or 1)
        is_long = "field larger" in str(error)
        if is_long and opened is None:
            return refusal(line, f"A cell has more than {csv.field_size_limit():,} characters.")
        if is_long or "end of data" in str(error):
            return refusal(line, "A quote that opens here is never closed.")
        return refusal(line, f"The row cannot be read: {error}.")


class Table(msgspec.Struct, frozen=True, dict=True):
    """A table, found in a file.

    Attributes:
        columns: the names that the header shows, empty where it has none.
        header: how many rows stand above the first row of values.
        is_complete: whether the file was read to its end.
        delimiter: what separates cells; empty in a workbook.
    """

    rows: Rows
    columns: tuple[str, ...]
    header: int
    delimiter: str
    remarks: tuple[Remark, ...]
    is_complete: bool = True

    @cached_property
    def positions(self) -> dict[str, int]:
        """Return where each column is, by folded name; of twins the first."""
        positions: dict[str, int] = {}
        for index, name in enumerate(self.columns):
            if name:
                positions.setdefault(fold_column(name), index)
        return positions

    @cached_property
    def twins(self) -> dict[int, list[int]]:
        """Return the further columns of a name that is there several times, by the first one."""
        twins: dict[int, list[int]] = {}
        for index, name in enumerate(self.columns):
            first = self.positions.get(fold_column(name), index)
            if first != index:
                twins.setdefault(first, []).append(index)
        return twins

    def find(self, name: str) -> int | None:
        """Return where a column is."""
        return self.positions.get(fold_column(name))

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows below the header, without blank ones."""
        width = len(self.columns)
        skipped = self.header
        for rows, lines in self.rows.chunks(max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // width))):
            if skipped:
                first = min(skipped, len(rows))
                skipped -= first
                rows, lines = rows[first:], lines[first:]  # noqa: PLW2901
            chunk = _fit(rows, lines, width)
            if chunk.rows:
                yield chunk


def make_table(rows: Rows, first_rows: list[list[str]], header: int, **values: Any) -> Table:
    """Return the table whose header is one of the first rows.

    Raises:
        CsvInvalidError: it has too many columns.
    """
    cells = first_rows[header]
    names = [column_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise refusal(header + 1, f"There are {len(names)} columns; at most {MAX_COLUMNS} are.")
    return Table(rows=rows, columns=tuple(names), header=header + 1, **values)


def find_missing(table: Table, wanted: Collection[str]) -> list[str]:
    """Return the names that no column has."""
    return [name for name in dict.fromkeys(wanted) if table.find(name) is None]


def _lines_of(rows: list[list[str]], line: int) -> list[int]:
    """Return where rows begin, some of whose cells hold line breaks."""
    lines = []
    for row in rows:
        lines.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    return lines


def _fit(rows: list[list[str]], lines: Sequence[int], width: int) -> Chunk:
    """Leave out blank rows, fill up short ones, and cut empty cells off long ones."""
    filled = list(filter(any, rows))
    if not filled:
        return Chunk([], [])
    if len(filled) < len(rows):
        lines = [line for row, line in zip(rows, lines, strict=True) if any(row)]
    if set(map(len, filled)) <= {width}:
        return Chunk(filled, lines)
    short: dict[int, int] = {}
    for position, row in enumerate(filled):
        if len(row) != width:
            label = next(filter(begins_like_total, row[width:]), None)
            if label is not None and "" in row[:width]:
                # GA4 writes "Grand total" behind the last column.
                row[row.index("")] = label
            elif len(row) < width or any(cell.strip() for cell in row[width:]):
                short[position] = len(row)
            filled[position] = (row + [""] * (width - len(row)))[:width]
    return Chunk(filled, lines, short)
