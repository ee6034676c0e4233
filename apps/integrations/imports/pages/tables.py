"""What the import page shows of files: the first rows of one, and those that were imported."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from apps.integrations.imports import queries
from apps.integrations.imports.reading import Preview
from omnify.money import format_count
from omnify.pages.parts import Cell, Column, Table

_SHOWN_ROWS = 10
_SHOWN_IMPORTS = 10
_IMPORTS: Final = (
    Column("file_name", "File"),
    Column("source", "Source"),
    Column("first_date", "From"),
    Column("last_date", "To"),
    Column("rows", "Rows", is_number=True),
    Column("created_at", "Imported", "UTC"),
)


def first_rows(preview: Preview, columns: Iterable[str]) -> Table:
    """Return the file's first rows, as they are written in the columns that are used."""
    shown = [name for name in preview.columns if name in {*columns}]
    rows = preview.rows[:_SHOWN_ROWS]
    return Table(
        id="checked",
        caption="The first rows",
        columns=tuple(Column(f"c{at}", name) for at, name in enumerate(shown)),
        rows=tuple(tuple(Cell(row[name]) for name in shown) for row in rows),
    )


def sums(preview: Preview) -> Table:
    """Return what the file comes to."""
    what = "rows look" if preview.row_count != 1 else "row looks"
    count = f"{preview.row_count:,} {what} good"
    return Table(
        id="sums",
        caption=f"{count}: what they come to" if not preview.error_count else "What is right in it",
        columns=(
            Column("channel", "Channel"),
            Column("measure", "Measure"),
            Column("sum", "Sum", is_number=True),
        ),
        rows=tuple(
            (Cell(each.channel or "all"), Cell(each.measure.replace("_", " ")), _amount(each.sum))
            for each in preview.sums
        ),
    )


def latest_imports() -> Table | None:
    """Return the organization's latest imports, None where there were none."""
    imports = queries.list_imports()[:_SHOWN_IMPORTS]
    rows = tuple(
        (
            Cell(made.file_name),
            Cell(made.connection.name),
            Cell(made.first_date),
            Cell(made.last_date),
            Cell(made.rows),
            Cell(f"{made.created_at:%Y-%m-%d %H:%M}"),
        )
        for made in imports
    )
    if not rows:
        return None
    return Table(id="imports", caption="Imported before", columns=_IMPORTS, rows=rows)


def amount_of(value: Decimal | str | None) -> str:
    """Return a sum as people read it."""
    if value is None:
        return "does not add up"
    return f"{Decimal(format_count(Decimal(value))):,}"


def _amount(value: Decimal | None) -> Cell:
    return Cell(value, amount_of(value))
