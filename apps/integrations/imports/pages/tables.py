"""What the import page shows of a file: its first rows, its sums, and what it takes away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from apps.integrations.imports.messages import MeasureSum, Removed
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.reading import Check, Preview
from apps.integrations.imports.reading.measures import AMOUNTS, ORGANIZATION
from omnify.money import round_count, round_money
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.numbers import UNKNOWN
from omnify.pages.parts import Cell, Column, Table

_SHOWN_ROWS = 10
Values = dict[tuple[str, str], Decimal | None]


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


def sums(found: Preview | Check, currency: str) -> Table:
    """Return what a file comes to: a row a channel, a column a measure, and all of them."""
    what = "rows look" if found.row_count != 1 else "row looks"
    count = f"{numbers.count(found.row_count)} {what} good"
    return sums_table(
        found.sums,
        currency,
        caption=f"{count}: what they come to" if not found.error_count else "What is right in it",
    )


def sums_table(sums: Iterable[MeasureSum], currency: str, *, caption: str) -> Table:
    """Return sums as a row a channel, a column a measure, and a row of all where they add up."""
    values = {(each.channel, each.measure): each.sum for each in sums}
    measures = list(dict.fromkeys(measure for _, measure in values))
    channels = list(dict.fromkeys(channel for channel, _ in values))
    rows = [
        (
            Cell(channel or "The organization"),
            *(_amount_at(values, channel, name, currency) for name in measures),
        )
        for channel in channels
    ]
    total = (Cell("Total"), *(_total(values, name, currency) for name in measures))
    return Table(
        id="sums",
        caption=caption,
        columns=(
            Column("channel", "Channel", is_name=True),
            *(
                Column(
                    name,
                    name.replace("_", " ").capitalize(),
                    currency if name in AMOUNTS else "",
                    is_number=True,
                )
                for name in measures
            ),
        ),
        rows=tuple(rows),
        total=total if len(channels) > 1 else (),
    )


def sums_of_import(made: CsvImport) -> Table:
    """Return what an import came to."""
    sums = msgspec.convert(made.sums, tuple[MeasureSum, ...])
    return sums_table(sums, made.currency, caption="What it comes to")


def removed(preview: Preview) -> Table | None:
    """Return what the file takes away from its source, None where that is nothing."""
    caption = "What the file takes away, since it no longer names it"
    return _removed(preview.removed, preview.removed_count, caption)


def removed_by_import(made: CsvImport) -> Table | None:
    """Return what an import took away from its source, None where that is nothing."""
    entries = msgspec.convert(made.removed, tuple[Removed, ...])
    caption = "What it took away, since it no longer names it"
    return _removed(entries, made.removed_count, caption)


def _removed(entries: Sequence[Removed], count: int, caption: str) -> Table | None:
    if not entries:
        return None
    listed = len(entries)
    some = f" (the first {listed} of {numbers.count(count)})" if count > listed else ""
    return Table(
        id="removed",
        caption=f"{caption}{some}",
        columns=(
            Column("name", "Whose numbers"),
            Column("measures", "Which"),
            Column("days", "Days"),
        ),
        rows=tuple(
            (
                Cell(_name_of(each)),
                Cell(", ".join(name.replace("_", " ") for name in each.measures)),
                Cell(_days_of(each)),
            )
            for each in entries
        ),
    )


def _days_of(removed: Removed) -> str:
    days = say_days(removed.first_date, removed.last_date)
    return f"{days} ({numbers.count(removed.days)} with numbers)"


def _name_of(each: Removed) -> str:
    names = ", ".join(filter(None, (each.channel, each.account, each.campaign, each.ad)))
    if each.order:
        return f"order {each.order}"
    return names or ("the organization" if each.level == ORGANIZATION else each.level)


def amount_of(value: Decimal | str | None) -> str:
    """Return a sum as people read it."""
    if value is None:
        return "does not add up"
    return numbers.exact(round_count(Decimal(value)))


def _amount_at(values: Values, channel: str, measure: str, currency: str) -> Cell:
    """Return a sum, a dash where the channel has no such column."""
    if (channel, measure) not in values:
        return Cell("", UNKNOWN)
    value = values[channel, measure]
    return Cell(value, _rounded(value, measure, currency))


def _total(values: Values, measure: str, currency: str) -> Cell:
    found = [value for (_, name), value in values.items() if name == measure]
    known = [value for value in found if value is not None]
    total = sum(known, Decimal(0)) if len(known) == len(found) else None
    return Cell(total, _rounded(total, measure, currency))


def _rounded(value: Decimal | None, measure: str, currency: str) -> str:
    """Return a sum to the cent, which its cell has exactly."""
    if value is None:
        return amount_of(None)
    if measure in AMOUNTS and currency:
        return numbers.exact(round_money(value, currency))
    return numbers.brief(value)
