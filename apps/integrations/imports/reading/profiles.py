"""One way through a table, to learn from all cells how its columns are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import ne
from typing import Final

from apps.integrations.imports.reading.cells.days import (
    Written,
    read_written,
    split_range,
    split_time,
)
from apps.integrations.imports.reading.cells.forms import is_no_name, is_no_value
from apps.integrations.imports.reading.cells.shapes import Shapes
from apps.integrations.imports.reading.demands import Demand
from apps.integrations.imports.reading.known.labels import find_summed, is_total
from apps.integrations.imports.reading.tables.table import Chunk, Table
from omnify.names import fold

#: Rows in which columns that are not mapped are looked at, too: they show the file's own style.
_EVIDENCE_ROWS: Final = 5000
#: A column of days has fewer: 57 years in a few spellings.
_MOST_DAYS: Final = 100_000
_MOST_WORDS: Final = 1000
_ISO_LENGTH: Final = 10


class DaySpellings:
    """How a column of days is written: each spelling of a day once, without times."""

    def __init__(self) -> None:
        self.written: dict[str, Written | None] = {}
        self.has_times = False
        self.runs = 0
        self._last = ""

    def add(self, cells: Sequence[str]) -> list[str]:
        """Learn from cells; return their days' texts."""
        parts = self._parts(cells)
        self.runs += sum(map(ne, parts, chain((self._last,), parts)))
        self._last = parts[-1]
        if len(self.written) < _MOST_DAYS:
            for part in set(parts).difference(self.written):
                self.written |= {each: read_written(each) for each in split_range(part) or (part,)}
        return parts

    @property
    def known(self) -> list[Written]:
        """Return the spellings that are days."""
        return [each for each in self.written.values() if each is not None]

    def is_in_runs(self, order: str) -> bool:
        """Return whether all rows of a day follow each other, days read in an order."""
        days = {each.day_of(order) for each in self.known}
        return not self.has_times and self.runs == len(self.written) == len(days)

    def _parts(self, cells: Sequence[str]) -> list[str]:
        if max(map(len, cells)) <= _ISO_LENGTH or not any(":" in cell for cell in cells):
            return list(cells)
        self.has_times = True
        return [
            cell[:_ISO_LENGTH]
            if cell[4:5] == "-" and cell[_ISO_LENGTH : _ISO_LENGTH + 1] in ("T", " ")
            else split_time(cell)[0]
            for cell in cells
        ]


class Profile:
    """What a table's columns are like.

    Attributes:
        numbers: the shapes of columns that are mapped as numbers.
        days: the days of columns that are mapped as such.
        words: the words of columns that should have few, such as one of currencies.
        evidence: the shapes of all other columns, from the first rows.
        channels: the names in a column of channels.
        has_blank_names: whether a name that says what a row is about is missing somewhere.
        differing_twins: columns of whose name there is another one, with other cells.
    """

    def __init__(self, table: Table, demand: Demand) -> None:
        self.rows = 0
        self.has_blank_names = False
        numbers, days = tuple(demand.numbers), demand.days
        position = demand.currency_position
        words = (position,) if position is not None else ()
        self._names = demand.names
        self.numbers: Mapping[int, Shapes] = {index: Shapes() for index in numbers}
        self.days: Mapping[int, DaySpellings] = {index: DaySpellings() for index in days}
        self.words: Mapping[int, Counter[str]] = {index: Counter() for index in words}
        mapped = {*numbers, *days, *words}
        others = [index for index in range(len(table.columns)) if index not in mapped]
        self.evidence: Mapping[int, Shapes] = {index: Shapes() for index in others}
        self.channels: set[str] = set()
        self._channel = demand.positions.get("channel")
        self.differing_twins: set[int] = set()
        self._twins = {first: twins for first, twins in table.twins.items() if first in mapped}
        for chunk in table.chunks():
            self._add(chunk)

    @property
    def labels(self) -> tuple[int, ...]:
        """Return the columns that are not mapped, and in which rows of totals are labelled.

        A column that has no other words tells nothing.
        """
        return tuple(
            position
            for position, shapes in self.evidence.items()
            if any(map(is_total, shapes.counts))
            and not all(is_total(shape) or is_no_value(shape) for shape in shapes.counts)
        )

    @cached_property
    def channel_totals(self) -> frozenset[str]:
        """Return the names that say to be the total of another channel, such as Google Total."""
        names = {fold(name) for name in self.channels}
        return frozenset(
            name
            for name in self.channels
            if (summed := find_summed(name)) and fold(summed) in names
        )

    def _add(self, chunk: Chunk) -> None:
        columns = {index: chunk.column(index) for index in (*self.numbers, *self.days, *self.words)}
        for index, shapes in self.numbers.items():
            shapes.add(columns[index])
        for index, days in self.days.items():
            days.add(columns[index])
        for index, words in self.words.items():
            if len(words) < _MOST_WORDS:
                words.update(columns[index])
        self._add_names(chunk)
        if self.rows < _EVIDENCE_ROWS:
            for index, shapes in self.evidence.items():
                shapes.add(chunk.column(index))
        for first, twins in self._twins.items():
            if any(chunk.column(twin) != columns[first] for twin in twins):
                self.differing_twins.add(first)
        self.rows += len(chunk.rows)

    def _add_names(self, chunk: Chunk) -> None:
        if self._channel is not None and len(self.channels) < _MOST_WORDS:
            self.channels.update(chunk.column(self._channel))
        if not self.has_blank_names:
            self.has_blank_names = any(
                any(map(is_no_name, set(chunk.cells(index)))) for index in self._names
            )
