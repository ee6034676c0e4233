"""Decides how a file is read, before its rows are."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO
from zoneinfo import ZoneInfo

import msgspec

from apps.integrations.imports.reading.cells.days import split_range
from apps.integrations.imports.reading.demands import find_demand
from apps.integrations.imports.reading.known.columns import find_end, find_names
from apps.integrations.imports.reading.known.exports import Export, find_export
from apps.integrations.imports.reading.known.orders import (
    as_orders,
    is_of_orders,
    special_positions,
)
from apps.integrations.imports.reading.mapping import (
    AnyMapping,
    MetricsMapping,
    OrdersMapping,
)
from apps.integrations.imports.reading.masking import find_personal
from apps.integrations.imports.reading.options import Options
from apps.integrations.imports.reading.plans import Decider, Plan
from apps.integrations.imports.reading.profiles import Profile
from apps.integrations.imports.reading.questions import settle_numbers
from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.remarks import find_remarks
from apps.integrations.imports.reading.results import Question, Remark
from apps.integrations.imports.reading.tables.opening import open_table
from apps.integrations.imports.reading.tables.table import Table
from apps.integrations.imports.reading.undecided import (
    Undecided,
    answer_of,
    decide_columns,
    read_columns,
)
from omnify.money import CURRENCIES


def prepare(
    file: BinaryIO,
    mapping: AnyMapping,
    *,
    timezone: str,
    today: date,
    most_bytes: int | None = None,
) -> Plan:
    """Return how a file is read by a mapping; all of its cells are looked at once.

    ``timezone`` is the organization's, in which days are cut; ``today`` is there. With
    ``most_bytes`` only the file's beginning is read.

    Raises:
        CsvInvalidError: the file cannot be read as a table, or lacks a column.
        CsvMappingError: the currency is neither a code nor a column.
    """
    opened = _open(file, mapping, most_bytes)
    plan = settle_numbers(_plan(opened, timezone=timezone, today=today))
    asked = [_ask(opened, each, timezone=timezone, today=today) for each in opened.undecided]
    return msgspec.structs.replace(
        plan,
        remarks=(*opened.remarks, *plan.remarks),
        questions=(*asked, *plan.questions),
    )


def refuse_misfit(file: BinaryIO, mapping: AnyMapping, *, most_bytes: int) -> None:
    """Refuse a mapping that does not fit a file's columns, as its beginning shows.

    Raises:
        CsvInvalidError: the beginning cannot be read as a table, or lacks a column.
        CsvMappingError: the currency is neither a code nor a column.
    """
    opened = _open(file, mapping, most_bytes)
    find_demand(opened.mapping, opened.table, known=_find_known(opened))


class _Opened(msgspec.Struct, frozen=True):
    """A table, and the mapping that its rows are read by."""

    table: Table
    mapping: AnyMapping
    export: Export | None
    remarks: tuple[Remark, ...]
    undecided: tuple[Undecided, ...] = ()


def _open(file: BinaryIO, mapping: AnyMapping, most_bytes: int | None) -> _Opened:
    wanted = list(mapping.columns().values())
    currency = mapping.currency_field
    if currency is not None and currency not in CURRENCIES:
        wanted.append(currency)
    table = open_table(file, wanted=wanted, sheet=mapping.sheet, most_bytes=most_bytes)
    mapping, undecided = decide_columns(mapping, table)
    export = find_export(table)
    remarks: tuple[Remark, ...] = ()
    if (
        export is not None
        and is_of_orders(export)
        and isinstance(mapping, MetricsMapping | OrdersMapping)
    ):
        if not isinstance(mapping, OrdersMapping):
            message = f"The file is {export.name}'s export of orders and was read as orders."
            remarks = (Remark(code="orders", message=message),)
        mapping = as_orders(mapping, table, export)
    return _Opened(table, mapping, export, remarks, undecided)


def _ask(opened: _Opened, undecided: Undecided, *, timezone: str, today: date) -> Question:
    """Return which columns a measure may have, each with what it comes to."""
    answers = [
        answer_of(field, column, settle_numbers(_plan(read, timezone=timezone, today=today)))
        for field, column, mapping in read_columns(opened.mapping, undecided)
        for read in (msgspec.structs.replace(opened, mapping=mapping),)
    ]
    return Question(field=answers[0].value, readings=tuple(answers))


def _plan(opened: _Opened, *, timezone: str, today: date) -> Plan:
    table, mapping, export = opened.table, opened.mapping, opened.export
    zone = ZoneInfo(timezone)
    names = find_names(table) if isinstance(mapping, MetricsMapping) else ()
    known = _find_known(opened)
    demand = find_demand(mapping, table, known=known, names=names)
    profile = Profile(table, demand)
    if not profile.rows:
        raise refusal(table.header, "The file has a header and no rows.")
    decider = Decider(
        table,
        demand,
        profile,
        Options.of(mapping.options),
        known_order=export.date_order if export is not None else "",
    )
    code = decider.find_currency()
    numbers = decider.find_numbers(code)
    days = decider.find_days(zone, today)
    return Plan(
        table=table,
        mapping=mapping,
        demand=demand,
        profile=profile,
        zone=zone,
        zone_name=timezone,
        currency=code,
        numbers=numbers,
        days=days,
        open_numbers=tuple(decider.open_numbers),
        questions=tuple(decider.questions),
        remarks=tuple(find_remarks(table, demand, profile, numbers)),
        personal=find_personal(table, mapping),
    )


def _find_known(opened: _Opened) -> dict[str, int]:
    """Return the columns that count though the mapping does not name them."""
    table, mapping = opened.table, opened.mapping
    if isinstance(mapping, OrdersMapping):
        return special_positions(table, opened.export)
    if isinstance(mapping, MetricsMapping) and mapping.end is None:
        end = _find_ranges(table, mapping.date)
        if end is None and mapping.grain is None:
            end = find_end(table, mapping.date)
        return {"end": end} if end is not None else {}
    return {}


def _find_ranges(table: Table, start: str) -> int | None:
    """Return the column of days if its first cell has a first and a last day."""
    position = table.find(start)
    chunk = next(table.chunks(), None) if position is not None else None
    if position is None or chunk is None:
        return None
    cell = next(filter(None, chunk.column(position)), "")
    return position if split_range(cell) is not None else None
