"""What the import page shows of a file: its first rows, its sums, and what it takes away."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from apps.integrations.imports.messages import Removed
from apps.integrations.imports.reading import Preview
from apps.integrations.imports.reading.measures import ORGANIZATION
from omnify.money import format_count
from omnify.pages.parts import Cell, Column, Table

_SHOWN_ROWS = 10


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


def removed(preview: Preview) -> Table | None:
    """Return what the file takes away from its source, None where that is nothing."""
    if not preview.removed:
        return None
    count, listed = preview.removed_count, len(preview.removed)
    some = f" (the first {listed} of {count:,})" if count > listed else ""
    return Table(
        id="removed",
        caption=f"What the file takes away, since it no longer names it{some}",
        columns=(
            Column("name", "Whose numbers"),
            Column("measures", "Which"),
            Column("days", "Days"),
        ),
        rows=tuple(
            (
                Cell(_name_of(each)),
                Cell(", ".join(name.replace("_", " ") for name in each.measures)),
                Cell(f"{each.first_date} to {each.last_date} ({each.days:,} with numbers)"),
            )
            for each in preview.removed
        ),
    )


def _name_of(each: Removed) -> str:
    names = ", ".join(filter(None, (each.channel, each.account, each.campaign, each.ad)))
    if each.order:
        return f"order {each.order}"
    return names or ("the organization" if each.level == ORGANIZATION else each.level)


def amount_of(value: Decimal | str | None) -> str:
    """Return a sum as people read it."""
    if value is None:
        return "does not add up"
    return f"{Decimal(format_count(Decimal(value))):,}"


def _amount(value: Decimal | None) -> Cell:
    return Cell(value, amount_of(value))
