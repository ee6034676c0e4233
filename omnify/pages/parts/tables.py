"""Tables: one value gives the page's HTML and the file's lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec

from omnify.pages import numbers
from omnify.pages.days import say_day, say_moment
from omnify.pages.parts.base import Part
from omnify.pages.parts.controls import Action, Form, Menu
from omnify.pages.parts.sections import LinkButton
from omnify.pages.parts.states import Delta, Empty

_KEY_COLUMNS: Final = 2
#: The strongest colour of a heatmap's cells.
MOST_HEAT: Final = 5
#: What the two orders of a column are called, the usual one first.
_OF_NUMBERS: Final = (("-", "largest first"), ("", "smallest first"))
_OF_NAMES: Final = (("", "from A"), ("-", "from Z"))
Value = str | int | Decimal | date | None


class Column(msgspec.Struct, frozen=True):
    """A column; ``key`` is its name in addresses and files."""

    key: str
    label: str
    unit: str = ""
    is_number: bool = False
    #: Whether it has names that people give, which are broken where they are long; a row's own is.
    is_name: bool = False
    is_sortable: bool = False
    #: Whether the page shows it; a file has it all the same.
    is_shown: bool = True
    #: Whether a narrow screen shows it at once; else the first two columns with numbers.
    is_key: bool = False

    @property
    def heading(self) -> str:
        """Return what stands above the column."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


class Cell(msgspec.Struct, frozen=True):
    """A value, exact as files have it, and as people read it where that differs."""

    value: Value = None
    text: str = ""
    url: str = ""
    change: Delta | None = None
    parts: tuple[Part, ...] = ()
    #: Why the value is unknown.
    reason: str = ""
    #: Whether its address tells details, which open beside the page.
    is_detail: bool = False
    #: How strongly a heatmap colours it, up to ``MOST_HEAT``; None outside of one.
    heat: int | None = None

    @property
    def is_unknown(self) -> bool:
        """Return whether there is nothing to show."""
        return self.value is None and not self.text and not self.parts

    @property
    def shown(self) -> str:
        """Return what the page says."""
        if self.text or self.parts or self.change:
            return self.text
        match self.value:
            case None:
                return numbers.UNKNOWN
            case datetime():
                return say_moment(self.value)
            case date():
                return say_day(self.value)
            case int() | Decimal():
                return numbers.exact(Decimal(self.value))
        return self.value

    @property
    def is_words(self) -> bool:
        """Return whether it shows a text that may be a person's, with a direction of its own."""
        return isinstance(self.value, str) and bool(self.value) and not self.text

    @property
    def moment(self) -> str:
        """Return the day or time that it shows as machines read it, nothing for other values."""
        return self.value.isoformat() if isinstance(self.value, date) else ""

    @property
    def is_used(self) -> bool:
        """Return whether there is something to do in it, which a narrow screen shows at once."""
        return any(isinstance(part, Action | Form | LinkButton | Menu) for part in self.parts)

    @property
    def exact(self) -> str:
        """Return what a file says, nothing where the value is unknown."""
        if isinstance(self.value, date):
            return self.value.isoformat()
        return "" if self.value is None else str(self.value)


class Order(msgspec.Struct, frozen=True):
    """An order of the rows: its value in the address, and what it is called."""

    value: str
    label: str


class Pager(msgspec.Struct, frozen=True):
    """The ways to a long list's other pages: values of ``page`` in the address."""

    previous: str = ""
    next: str = ""
    summary: str = ""


class Table(Part):
    """Rows of cells, the first of which names its row.

    The server sorts, filters and pages by what the address says: ``sort`` (a column's key, with a
    minus before it for descending), ``q``, ``columns`` (repeated) and ``page``.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sort: str = ""
    csv_url: str = ""
    #: What the rows are filtered by, where they can be.
    filter_label: str = ""
    #: Whether people choose which columns they see.
    is_choosable: bool = False
    pager: Pager | None = None
    empty: Empty | None = None
    #: The row below all others.
    total: tuple[Cell, ...] = ()
    xlsx_url: str = ""

    @property
    def shown_columns(self) -> list[Column]:
        """Return the columns of the page."""
        return [column for column in self.columns if column.is_shown]

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Return the keys of the columns that a narrow screen shows at once."""
        others = self.shown_columns[1:]
        chosen = [column for column in others if column.is_key]
        numbers = [column for column in others if column.is_number][:_KEY_COLUMNS]
        return tuple(column.key for column in chosen or numbers or others[:_KEY_COLUMNS])

    @property
    def is_sorted_in_place(self) -> bool:
        """Return whether the page has all rows, so that it can sort them itself."""
        return self.pager is None and any(column.is_sortable for column in self.columns)

    @property
    def orders(self) -> list[Order]:
        """Return the orders that a narrow screen, which has no heads, offers to choose from."""
        return [
            Order(f"{sign}{column.key}", f"{column.heading}, {word}")
            for column in self.shown_columns
            if column.is_sortable
            for sign, word in (_OF_NUMBERS if column.is_number else _OF_NAMES)
        ]

    def shown_rows(self) -> Iterator[list[tuple[Column, Cell]]]:
        """Yield each row of the page as cells beside their columns."""
        return map(self._shown, self.rows)

    @property
    def shown_total(self) -> list[tuple[Column, Cell]]:
        """Return the row below all others, nothing where there is none."""
        return self._shown(self.total) if self.total else []

    def _shown(self, row: tuple[Cell, ...]) -> list[tuple[Column, Cell]]:
        pairs = zip(self.columns, row, strict=True)
        return [(column, cell) for column, cell in pairs if column.is_shown]

    def sorted_by(self, sort: str) -> Table:
        """Return it in the order of a column; the unknown comes last either way."""
        key, is_descending = sort.removeprefix("-"), sort.startswith("-")
        at = [column.key for column in self.columns].index(key)
        rows = sorted(self.rows, key=lambda row: row[0].exact, reverse=is_descending and at == 0)
        known = [row for row in rows if row[at].value is not None]
        unknown = [row for row in rows if row[at].value is None]
        known.sort(key=lambda row: row[at].value, reverse=is_descending)  # type: ignore[arg-type,return-value]
        return msgspec.structs.replace(self, rows=(*known, *unknown), sort=sort)
