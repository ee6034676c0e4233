"""How a file is going to be read: its table, its mapping, and the style of each column."""

from __future__ import annotations

from datetime import UTC, date, timedelta, tzinfo
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.currencies import find_currencies
from apps.integrations.imports.reading.cells.days import (
    DMY,
    DayStyle,
    find_orders,
)
from apps.integrations.imports.reading.cells.numbers import NumberStyle
from apps.integrations.imports.reading.demands import Demand
from apps.integrations.imports.reading.dialects import FileStyle, decide_mark, find_file_mark
from apps.integrations.imports.reading.known.languages import has_comma_language
from apps.integrations.imports.reading.mapping import AnyMapping
from apps.integrations.imports.reading.options import DATE_ORDER, DECIMAL, EMPTY, Options
from apps.integrations.imports.reading.profiles import Profile
from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.results import Answer, Question, Remark
from apps.integrations.imports.reading.tables.table import Table

_UTC_NAMES: Final = ("(utc)", "in utc", "(gmt)")


class Plan(msgspec.Struct, frozen=True):
    """All that is decided before the rows of a file are read.

    Attributes:
        zone: the organization's time zone.
        numbers: the style of each column of numbers, by position.
        days: the style of each column of days, by position.
        open_numbers: the columns of numbers whose decimal mark their shapes leave open.
        questions: what people have to say before the file is read.
        personal: the columns that say who customers are, by position.
    """

    table: Table
    mapping: AnyMapping
    demand: Demand
    profile: Profile
    zone: tzinfo
    zone_name: str
    currency: str
    numbers: dict[int, NumberStyle]
    days: dict[int, DayStyle]
    open_numbers: tuple[int, ...]
    questions: tuple[Question, ...]
    remarks: tuple[Remark, ...]
    personal: frozenset[int] = frozenset()


class Decider:
    """Decides the styles of columns from what a profile saw, the options, and known exports."""

    def __init__(
        self, table: Table, demand: Demand, profile: Profile, options: Options, *, known_order: str
    ) -> None:
        self._table = table
        self._demand = demand
        self._profile = profile
        self._options = options
        self._known_order = known_order
        self.open_numbers: list[int] = []
        self.questions: list[Question] = []

    def find_currency(self) -> str:
        """Return the currency of the file's amounts; empty where the file names none.

        Of several the first: rows in another one are errors.
        """
        position = self._demand.currency_position
        if self._demand.currency or position is None:
            return self._demand.currency
        for word in self._profile.words[position]:
            codes = find_currencies(word)
            if codes is not None and len(codes) == 1:
                return next(iter(codes))
        name = self._table.columns[position]
        raise refusal(self._table.header, f"The column '{name}' names no currency.", column=name)

    def find_numbers(self, currency: str) -> dict[int, NumberStyle]:
        """Return the style of each column of numbers."""
        profile = self._profile
        columns = {**profile.evidence, **profile.numbers}
        file_style = FileStyle(
            self._table.delimiter,
            has_comma_language(self._table.columns),
            find_file_mark(columns.values()),
        )
        styles = {}
        for position, number in self._demand.numbers.items():
            shapes = profile.numbers[position]
            mark = decide_mark(shapes.facts(), shapes, number.column, file_style)
            mark = mark or self._options.find(self._table.columns[position], DECIMAL)
            if mark is None:
                self.open_numbers.append(position)
            empty = self._options.find(self._table.columns[position], EMPTY)
            styles[position] = NumberStyle(
                mark or ".",
                currency if number.column.is_amount else "",
                number.may_be_negative,
                0 if empty == "zero" else None,
            )
        return styles

    def find_days(self, zone: tzinfo, today: date) -> dict[int, DayStyle]:
        """Return the style of each column of days; all are of one order where one is sure."""
        styles = {}
        for position in self._demand.days:
            name = self._table.columns[position]
            own_zone = UTC if any(each in name.casefold() for each in _UTC_NAMES) else None
            order = self._find_order(position)
            styles[position] = DayStyle(order, zone, today + timedelta(days=1), own_zone)
        return styles

    def _find_order(self, position: int) -> str:
        orders = self._possible_orders(position)
        if len(orders) > 1:
            # Columns beside each other are written alike.
            for other in self._demand.days:
                others = self._possible_orders(other)
                if len(others) == 1 and others[0] in orders:
                    return others[0]
            chosen = self._options.find(self._table.columns[position], DATE_ORDER)
            chosen = chosen or self._known_order
            if chosen in orders:
                return chosen
            readings = self._read_orders(position, orders)
            if len(readings) > 1:
                name = self._table.columns[position]
                self.questions.append(Question(field=name, readings=readings))
        return orders[0] if orders else DMY

    def _possible_orders(self, position: int) -> tuple[str, ...]:
        return find_orders(self._profile.days[position].known)

    def _read_orders(self, position: int, orders: tuple[str, ...]) -> tuple[Answer, ...]:
        """Return the orders in which a column has days at all, with the first and last one."""
        written = self._profile.days[position].known
        return tuple(
            Answer(option=DATE_ORDER, value=order, first=min(days), last=max(days))
            for order in orders
            if (days := [day for each in written if (day := each.day_of(order)) is not None])
        )
