"""What the import page shows of files: the first rows of one, and those that were imported."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from apps.integrations.imports import queries
from apps.integrations.imports.files import ParsedCsv
from apps.integrations.imports.files.reading import ParsedRow
from omnify.money import format_count, from_micros
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


def first_rows(parsed: ParsedCsv) -> Table:
    """Return the first rows that are right, as people read them."""
    rows = parsed.rows[:_SHOWN_ROWS]
    names = [name for row in rows[:1] for name, _ in _values(row)]
    count = f"{parsed.row_count} rows"
    return Table(
        id="checked",
        caption=f"{count} look good" if not parsed.errors else "The first rows that look good",
        columns=(Column("day", "Day"), *(Column(name, name, is_number=True) for name in names)),
        rows=tuple(
            (Cell(row.day), *(_amount(micros) for _, micros in _values(row))) for row in rows
        ),
    )


def latest_imports() -> Table | None:
    """Return the organization's latest imports, None where there were none."""
    imports = queries.list_imports().select_related("connection")[:_SHOWN_IMPORTS]
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


def _values(row: ParsedRow) -> Iterator[tuple[str, int]]:
    """Yield a row's numbers in millionths, by the heads of their columns."""
    if row.revenue_micros is not None:
        yield "revenue", row.revenue_micros
    for channel, values in row.channels:
        for measure, micros in values.items():
            yield f"{channel}: {measure.replace('_', ' ')}", micros


def _amount(micros: int) -> Cell:
    value = from_micros(micros)
    return Cell(value, f"{Decimal(format_count(value)):,}")
