"""What a mapping needs of a table: where its columns are, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from typing import Final

import msgspec

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading.dialects import WHOLE_COUNTS, NumberColumn
from apps.integrations.imports.reading.known.headers import CURRENCY, meaning_of
from apps.integrations.imports.reading.mapping import (
    AnyMapping,
    MetricsMapping,
    OrdersMapping,
    RatesMapping,
)
from apps.integrations.imports.reading.measures import (
    AMOUNTS,
    CHANNEL_FIELDS,
    MAY_BE_NEGATIVE,
    NAMED_LEVELS,
    OWN_FIELDS,
)
from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.refusals import listed, refusal, shown
from apps.integrations.imports.reading.tables.table import Table, find_missing
from omnify.money import CURRENCIES

_ORDER_AMOUNTS: Final[tuple[str, ...]] = ("revenue", "discount", "refund")
_ORDER_COUNTS: Final[tuple[str, ...]] = ("quantity",)
_TOUCHPOINT_AMOUNTS: Final[tuple[str, ...]] = ("cost", "value")
_TOUCHPOINT_COUNTS: Final[tuple[str, ...]] = ("conversions", "nulls")


class Number(msgspec.Struct, frozen=True):
    """A mapped column of numbers."""

    column: NumberColumn
    may_be_negative: bool


class Demand(msgspec.Struct, frozen=True):
    """Where the mapped columns are.

    Attributes:
        positions: by the mapping's field.
        numbers: the columns of numbers, by position.
        days: the positions of the columns of days.
        names: the positions of columns whose names say what a row is about.
        currency: the code, or empty if a column holds it.
        currency_position: the column that holds it, or that is known to by its name.
    """

    positions: dict[str, int]
    numbers: dict[int, Number]
    days: tuple[int, ...]
    names: tuple[int, ...]
    currency: str
    currency_position: int | None


def find_demand(
    mapping: AnyMapping,
    table: Table,
    *,
    known: Dictionary[str, int],
    names: tuple[int, ...] = (),
) -> Demand:
    """Return where the mapped columns are, beside those ``known`` by name, and those of ``names``.

    Raises:
        CsvInvalidError: the table lacks a column.
        CsvMappingError: the currency is neither a code nor a column, or an option's column is none.
    """
    _refuse_unknown_options(mapping, table)
    columns = mapping.columns()
    missing = find_missing(table, columns.values())
    if missing:
        there_are = listed(name for name in table.columns if name)
        message = f"There is no column {listed(missing)}; the file has {there_are}."
        raise refusal(table.header, message, column=missing[0])
    positions = {field: table.positions[fold_column(column)] for field, column in columns.items()}
    positions = {**known, **positions}
    currency, currency_position = _find_currency(mapping, table)
    mapped = tuple(positions[level] for level in NAMED_LEVELS if level in positions)
    day_fields = ("date", "end", "at", "refund_date")
    return Demand(
        positions=positions,
        numbers={positions[field]: number for field, number in _numbers_of(mapping).items()},
        days=tuple(positions[field] for field in day_fields if field in positions),
        names=tuple(dict.fromkeys((*mapped, *names))),
        currency=currency,
        currency_position=currency_position,
    )


def _refuse_unknown_options(mapping: AnyMapping, table: Table) -> None:
    named = (name for name, value in mapping.options.items() if isinstance(value, dict))
    errors = [
        {"field": f"options.{name}", "message": f"There is no column '{shown(name)}'."}
        for name in find_missing(table, list(named))
    ]
    if errors:
        raise CsvMappingError(errors=errors)


def _find_currency(mapping: AnyMapping, table: Table) -> tuple[str, int | None]:
    named = mapping.currency_field
    if named is None:
        return "", None
    position = table.find(named)
    if position is not None:
        return "", position
    if named in CURRENCIES:
        return named, _find_currency_column(table)
    message = f"'{shown(named)}' is neither a currency's code (ISO 4217) nor a column of the file."
    raise CsvMappingError(errors=[{"field": "currency", "message": message}])


def _find_currency_column(table: Table) -> int | None:
    """Return the column that is known to name each row's currency."""
    for position, name in enumerate(table.columns):
        if name and meaning_of(name).role == CURRENCY:
            return position
    return None


def _numbers_of(mapping: AnyMapping) -> Dictionary[str, Number]:
    """Return what each field of a number holds."""
    if isinstance(mapping, MetricsMapping):
        return {
            field: Number(
                NumberColumn(measure in AMOUNTS, measure in WHOLE_COUNTS),
                measure in MAY_BE_NEGATIVE,
            )
            for field, measure in measures_by_field(mapping).items()
        }
    if isinstance(mapping, RatesMapping):
        rate = Number(NumberColumn(is_amount=True), may_be_negative=True)
        return {field: rate for field in mapping.columns() if field.rpartition(".")[2] == "rate"}
    fields = mapping.columns()
    is_of_orders = isinstance(mapping, OrdersMapping)
    amounts = _ORDER_AMOUNTS if is_of_orders else _TOUCHPOINT_AMOUNTS
    counts = _ORDER_COUNTS if is_of_orders else _TOUCHPOINT_COUNTS
    known = {
        **{field: Number(NumberColumn(is_amount=True), may_be_negative=True) for field in amounts},
        **{field: Number(NumberColumn(is_amount=False), may_be_negative=True) for field in counts},
    }
    return {field: number for field, number in known.items() if field in fields}


def measures_by_field(mapping: MetricsMapping) -> dict[str, str]:
    """Return which measure each field of a mapping fills."""
    own = OWN_FIELDS if mapping.channel is None else CHANNEL_FIELDS
    fields = {field: measure for field, measure in own.items() if getattr(mapping, field)}
    for position, channel in enumerate(mapping.channels):
        for field, measure in CHANNEL_FIELDS.items():
            if getattr(channel, field):
                fields[f"channels.{position}.{field}"] = measure
    return fields
