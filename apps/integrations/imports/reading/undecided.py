"""Asks which of several columns is a measure, where a mapping leaves it open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec import UNSET

from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.reading.mapping import AnyMapping, MetricsMapping
from apps.integrations.imports.reading.measures import CHANNEL_FIELDS, OWN_FIELDS
from apps.integrations.imports.reading.names import fold_column
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.proposals import propose
from apps.integrations.imports.reading.reader import check
from apps.integrations.imports.reading.results import Answer
from apps.integrations.imports.reading.tables.table import Table
from omnify.money import from_micros, to_micros


class Undecided(msgspec.Struct, frozen=True):
    """A measure of which a file has several columns; a reading is a field and its column."""

    field: str
    readings: tuple[tuple[str, str], ...]


def decide_columns(mapping: AnyMapping, table: Table) -> tuple[AnyMapping, tuple[Undecided, ...]]:
    """Return a mapping without open measures, and what is to be asked of those that it had.

    What is asked is read by its first column meanwhile.
    """
    fields = mapping.undecided() if isinstance(mapping, MetricsMapping) else ()
    if not isinstance(mapping, MetricsMapping) or not fields:
        return mapping, ()
    proposed = propose(table).undecided
    used = [fold_column(column) for column in mapping.columns().values()]
    asked = []
    for field in fields:
        mapping = mapping.decide(field, UNSET)
        taken = {*used, *mapping.columns()}
        readings = tuple(
            (name, column)
            for name, column in proposed.get(field, ())
            if name not in taken and fold_column(column) not in taken
        )
        if len(readings) > 1:
            asked.append(Undecided(field, readings))
    if not (asked or mapping.own_columns() or any(each.columns() for each in mapping.channels)):
        message = "It maps no numbers: the file has no columns that may be what is null."
        raise CsvMappingError(errors=[{"field": "mapping", "message": message}])
    for each in asked:
        mapping = mapping.decide(*each.readings[0])
    return mapping, tuple(asked)


def read_columns(
    mapping: AnyMapping, undecided: Undecided
) -> Iterator[tuple[str, str, MetricsMapping]]:
    """Yield the readings of a measure, each with the mapping that reads the file so."""
    if not isinstance(mapping, MetricsMapping):
        raise TypeError(f"{type(mapping)} has no measures")
    without = mapping.decide(undecided.field, UNSET)
    for field, column in undecided.readings:
        yield field, column, without.decide(field, column or UNSET)


def answer_of(field: str, column: str, plan: Plan) -> Answer:
    """Return what a measure comes to, read by a plan in which a field has a column, or none."""
    return Answer(option=field, value=column, sum=_sum_of(field, plan, of_channels=not column))


def _sum_of(field: str, plan: Plan, *, of_channels: bool) -> Decimal | None:
    """Return the sum of a field's measure; without its column that of the channels together."""
    mapping = plan.mapping
    if not isinstance(mapping, MetricsMapping):
        raise TypeError(f"{type(mapping)} has no measures")
    *place, name = field.split(".")
    channel = mapping.channels[int(place[1])].name if place else ""
    known = OWN_FIELDS if not place and mapping.channel is None else CHANNEL_FIELDS
    sums = [
        to_micros(each.sum)
        for each in check(plan).sums
        if each.measure == known[name]
        and each.sum is not None
        and (mapping.channel is not None or of_channels or each.channel == channel)
    ]
    return from_micros(sum(sums)) if sums else None
