"""Tables of pages as files."""

from __future__ import annotations

from django.http import HttpResponse

from omnify.api.files import CsvFile, csv_response, inert
from omnify.pages.parts import Cell, Table


def csv_file(table: Table, *, name: str) -> HttpResponse:
    """Return a table's exact values, under its columns' keys."""
    return csv_response(
        CsvFile(
            name=name,
            columns=tuple(column.key for column in table.columns),
            rows=tuple(tuple(map(_written, row)) for row in table.rows),
        )
    )


def _written(cell: Cell) -> str:
    return inert(cell.exact) if isinstance(cell.value, str) else cell.exact
