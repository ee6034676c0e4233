"""Tables of pages as files."""

from __future__ import annotations

import csv

from django.http import HttpResponse

from omnify.pages.parts import Cell, Table

#: What begins a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@")


def csv_file(table: Table, *, name: str) -> HttpResponse:
    """Return a table's exact values, under its columns' keys."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow(column.key for column in table.columns)
    writer.writerows([_inert(cell) for cell in row] for row in table.rows)
    return response


def _inert(cell: Cell) -> str:
    """Return what a file says of a cell; a text that a spreadsheet would compute is quoted."""
    is_formula = isinstance(cell.value, str) and cell.value.lstrip().startswith(_FORMULA)
    return f"'{cell.exact}" if is_formula else cell.exact
