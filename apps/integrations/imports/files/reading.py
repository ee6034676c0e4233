"""Reading a file row by row, and collecting its problems by line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import BinaryIO

import msgspec

from apps.integrations.contract import MEASURES
from apps.integrations.imports.files.cells import CellError, parse_day, parse_micros, shown
from apps.integrations.imports.files.lines import decoded_lines, delimiter_of, refusal_of
from apps.integrations.imports.files.mapping import CsvMapping
from apps.integrations.imports.messages import RowError
from omnify.money import CURRENCIES

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 100_000
#: Rows times mapped columns: about 300 bytes of memory each while a file is read.
MAX_VALUES = 1_000_000
#: How many problems are listed; all are counted.
MAX_LISTED_ERRORS = 100
_MAY_BE_NEGATIVE = frozenset(measure.name for measure in MEASURES if measure.may_be_negative)


class ParsedRow(msgspec.Struct, frozen=True):
    """A valid row: its day, and the measures of each channel in millionths."""

    line: int
    day: date
    revenue_micros: int | None
    channels: tuple[tuple[str, dict[str, int]], ...]


class ParsedCsv(msgspec.Struct, frozen=True):
    """A whole file: its valid rows, and the problems of the others."""

    currency: str
    rows: tuple[ParsedRow, ...]
    row_count: int
    errors: tuple[RowError, ...]
    error_count: int


def read_csv(stream: BinaryIO, mapping: CsvMapping, *, now: datetime) -> ParsedCsv:
    """Return the rows of a file, read by its mapping; no row is of a day after tomorrow.

    The file is UTF-8 with or without a byte order mark, separated as its header is: by comma,
    semicolon or tab.

    Raises:
        CsvInvalidError: the file as a whole cannot be read: encoding, header, size.
    """
    reader = csv.reader(decoded_lines(stream), delimiter=delimiter_of(stream), strict=True)
    try:
        return _Reading(mapping, reader, now.astimezone(UTC).date() + timedelta(days=1)).run()
    except csv.Error as error:
        raise refusal_of(reader.line_num, "", f"The row cannot be read: {error}.") from error


def read_columns(stream: BinaryIO) -> tuple[str, ...]:
    """Return the columns that the header of a file names.

    Raises:
        CsvInvalidError: the header is missing or cannot be read.
    """
    reader = csv.reader(decoded_lines(stream), delimiter=delimiter_of(stream), strict=True)
    try:
        columns = tuple(name for cell in next(reader, []) if (name := cell.strip()))
    except csv.Error as error:
        raise refusal_of(1, "", f"The header cannot be read: {error}.") from error
    if not columns:
        raise refusal_of(1, "", "The file is empty.")
    return columns


class _Reading:
    """One pass over a file."""

    def __init__(self, mapping: CsvMapping, reader: Iterator[list[str]], latest: date) -> None:
        self._mapping = mapping
        self._latest = latest
        self._reader = reader
        self._errors: list[RowError] = []
        self._error_count = 0
        self._days: dict[date, int] = {}
        self._currencies: dict[str, int] = {}

    def run(self) -> ParsedCsv:
        header = self._header()
        rows: list[ParsedRow] = []
        most = min(MAX_ROWS, MAX_VALUES // len(self._mapping.columns()))
        count = 0
        for cells in self._reader:
            if not any(cells):
                continue
            count += 1
            if count > most:
                message = f"There are more than {most} rows of these columns; split the file."
                raise refusal_of(self._line, "", message)
            row = self._row(header, cells)
            if row is not None:
                rows.append(row)
        if count == 0:
            raise refusal_of(1, "", "The file has a header and no rows.")
        return ParsedCsv(
            self._currency(), tuple(rows), count, tuple(self._errors), self._error_count
        )

    @property
    def _line(self) -> int:
        return int(self._reader.line_num)  # type: ignore[attr-defined]

    def _header(self) -> list[str]:
        header = [cell.strip() for cell in next(self._reader, [])]
        if not any(header):
            raise refusal_of(1, "", "The file is empty.")
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise refusal_of(1, twice[0], f"The header names {_listed(twice)} more than once.")
        needed = self._mapping.columns()
        if not self._is_constant_currency(header):
            needed.append(self._mapping.currency)
        missing = [name for name in needed if name not in header]
        if missing:
            message = f"There is no column {_listed(missing)}; the file has {_listed(header)}."
            if missing == [self._mapping.currency]:
                message += " A currency has its code of ISO 4217, such as EUR."
            raise refusal_of(1, missing[0], message)
        return header

    def _is_constant_currency(self, header: list[str]) -> bool:
        return self._mapping.currency in CURRENCIES and self._mapping.currency not in header

    def _row(self, header: list[str], cells: list[str]) -> ParsedRow | None:
        if len(cells) != len(header):
            self._report("", "", f"The row has {len(cells)} cells, the header {len(header)}.")
            return None
        values = dict(zip(header, cells, strict=True))
        before = self._error_count
        self._note_currency(values)
        day = self._day(values[self._mapping.date])
        revenue = None
        if self._mapping.revenue is not None:
            revenue = self._micros(values, self._mapping.revenue, may_be_negative=True)
        channels = tuple(
            (
                channel.name,
                {
                    measure: self._micros(
                        values, column, may_be_negative=measure in _MAY_BE_NEGATIVE
                    )
                    for measure, column in channel.columns().items()
                },
            )
            for channel in self._mapping.channels
        )
        if day is None or self._error_count > before:
            return None
        return ParsedRow(self._line, day, revenue, channels)

    def _day(self, text: str) -> date | None:
        try:
            day = parse_day(text, latest=self._latest)
        except CellError as error:
            self._report(self._mapping.date, text, str(error))
            return None
        if day in self._days:
            self._report(
                self._mapping.date, text, f"The day was already given in line {self._days[day]}."
            )
            return None
        self._days[day] = self._line
        return day

    def _micros(self, values: dict[str, str], column: str, *, may_be_negative: bool) -> int:
        try:
            return parse_micros(values[column], may_be_negative=may_be_negative)
        except CellError as error:
            self._report(column, values[column], str(error))
            return 0

    def _note_currency(self, values: dict[str, str]) -> None:
        column = self._mapping.currency
        if column not in values:
            return
        code = values[column].strip()
        if code not in CURRENCIES:
            message = f"'{shown(code)}' is not a currency's code of ISO 4217, such as EUR."
            self._report(column, code, message)
            return
        if self._currencies and code not in self._currencies:
            first, line = next(iter(self._currencies.items()))
            self._report(
                column, code, f"The row is in {code}, line {line} in {first}; split the file."
            )
        self._currencies.setdefault(code, self._line)

    def _currency(self) -> str:
        return next(iter(self._currencies), self._mapping.currency)

    def _report(self, column: str, value: str, message: str) -> None:
        self._error_count += 1
        if len(self._errors) < MAX_LISTED_ERRORS:
            self._errors.append(
                RowError(line=self._line, column=column, value=shown(value), message=message)
            )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{shown(name)}'" for name in names)
