"""Opens a file as a table, whatever its format."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import BinaryIO

from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.results import Remark
from apps.integrations.imports.reading.tables.dialect import find_dialect
from apps.integrations.imports.reading.tables.headers import SEARCHED_ROWS, find_header
from apps.integrations.imports.reading.tables.table import Table, TextRows, make_table
from apps.integrations.imports.reading.tables.text import open_source
from apps.integrations.imports.reading.tables.workbook import (
    is_workbook,
    open_workbook,
    refused_sheet,
)


def open_table(
    file: BinaryIO,
    *,
    wanted: Collection[str] = (),
    sheet: str | None = None,
    most_bytes: int | None = None,
) -> Table:
    """Return the table that a file holds: the one whose header has the names wanted.

    Raises:
        CsvInvalidError: the file is no text or workbook, or has no table.
        CsvMappingError: it has no such sheet.
    """
    names = {fold_column(name) for name in wanted}
    if is_workbook(file):
        return _open_workbook(file, names, sheet, most_bytes)
    if sheet is not None:
        raise refused_sheet("Only a workbook has sheets; leave it out.")
    return _open_text(file, names, most_bytes)


def _open_text(file: BinaryIO, names: set[str], most_bytes: int | None) -> Table:
    source = open_source(file, most_bytes=most_bytes)
    dialect = find_dialect(source, names)
    rows = TextRows(source, dialect)
    first_rows = next(rows.chunks(SEARCHED_ROWS), ([], []))[0]
    if not any(map(any, first_rows)):
        raise refusal(1, "The file is empty.")
    header = dialect.header.row if dialect.header is not None else _first_filled(first_rows)
    remarks = (*source.warnings, *_about_titles(first_rows, header, dialect.has_separator_line))
    return make_table(
        rows,
        first_rows,
        header,
        delimiter=dialect.delimiter,
        remarks=remarks,
        is_complete=not source.is_cut,
    )


def _open_workbook(
    file: BinaryIO, names: set[str], sheet: str | None, most_bytes: int | None
) -> Table:
    rows = open_workbook(file, sheet, most_bytes=most_bytes)
    first_rows = next(rows.chunks(SEARCHED_ROWS), ([], []))[0]
    if not any(map(any, first_rows)):
        raise refusal(1, "The sheet is empty.")
    found = find_header(list(islice(first_rows, SEARCHED_ROWS)), names)
    header = found.row if found is not None else _first_filled(first_rows)
    remarks = _about_titles(first_rows, header, has_separator_line=False)
    return make_table(
        rows, first_rows, header, delimiter="", remarks=remarks, is_complete=not rows.is_cut
    )


def _first_filled(rows: list[list[str]]) -> int:
    return next(index for index, row in enumerate(rows) if any(row))


def _about_titles(
    rows: list[list[str]],
    header: int,
    has_separator_line: bool,  # noqa: FBT001
) -> tuple[Remark, ...]:
    above = sum(1 for row in rows[int(has_separator_line) : header] if any(row))
    if not above:
        return ()
    what = "A line stands" if above == 1 else f"{above} lines stand"
    message = f"{what} above the table's header and was left out."
    if above > 1:
        message = message.replace("was left", "were left")
    return (Remark(code="titles", message=message),)
