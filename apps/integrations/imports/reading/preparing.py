"""Decides how a file is read, before its rows are."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO
from zoneinfo import ZoneInfo

from apps.integrations.imports.reading.demands import find_demand
from apps.integrations.imports.reading.known.columns import find_end, find_names
from apps.integrations.imports.reading.mapping import AnyMapping, MetricsMapping
from apps.integrations.imports.reading.options import Options
from apps.integrations.imports.reading.plans import Decider, Plan, find_remarks
from apps.integrations.imports.reading.profiles import Profile
from apps.integrations.imports.reading.questions import settle_numbers
from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.tables.opening import open_table
from apps.integrations.imports.reading.tables.table import Table
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
    wanted = list(mapping.columns().values())
    currency = mapping.currency_field
    if currency is not None and currency not in CURRENCIES:
        wanted.append(currency)
    table = open_table(file, wanted=wanted, sheet=mapping.sheet, most_bytes=most_bytes)
    return settle_numbers(_plan(table, mapping, timezone=timezone, today=today))


def _plan(table: Table, mapping: AnyMapping, *, timezone: str, today: date) -> Plan:
    zone = ZoneInfo(timezone)
    demand = find_demand(
        mapping,
        table,
        end=_find_end(table, mapping),
        names=find_names(table) if isinstance(mapping, MetricsMapping) else (),
    )
    profile = Profile(table, demand)
    if not profile.rows:
        raise refusal(table.header, "The file has a header and no rows.")
    decider = Decider(table, demand, profile, Options.of(mapping.options), known_order="")
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
    )


def _find_end(table: Table, mapping: AnyMapping) -> int | None:
    """Return the known column of last days, where the mapping names none and no grain."""
    if not isinstance(mapping, MetricsMapping) or mapping.end is not None or mapping.grain:
        return None
    return find_end(table, mapping.date)
