"""What people should know about how a file is read, from a look at all of its cells."""

from __future__ import annotations

from collections.abc import Iterator

from apps.integrations.imports.reading.cells.numbers import NumberStyle
from apps.integrations.imports.reading.cells.shapes import Shapes
from apps.integrations.imports.reading.demands import Demand
from apps.integrations.imports.reading.known.headers import meaning_of
from apps.integrations.imports.reading.measures import CHANNEL_FIELDS, OWN_FIELDS
from apps.integrations.imports.reading.profiles import Profile
from apps.integrations.imports.reading.refusals import listed, refusal
from apps.integrations.imports.reading.results import Remark
from apps.integrations.imports.reading.tables.table import Table


def find_remarks(
    table: Table, demand: Demand, profile: Profile, styles: dict[int, NumberStyle]
) -> Iterator[Remark]:
    """Yield what a profile shows that people should know.

    Raises:
        CsvInvalidError: a mapped column is there twice, with different cells.
    """
    yield from table.remarks
    for position in profile.differing_twins:
        name = table.columns[position]
        message = f"There are several columns '{name}' with different cells; rename all but one."
        raise refusal(table.header, message, column=name)
    twins = [table.columns[each] for each in table.twins if each in demand.positions.values()]
    if twins:
        message = f"There are several columns {listed(twins)} with the same cells; one was read."
        yield Remark(code="twins", message=message)
    yield from _about_currencies(table, styles)
    yield from _about_levels(table, demand)


def _about_levels(table: Table, demand: Demand) -> Iterator[Remark]:
    """Tell numbers of channels that do not count, since the organization has the measure, too."""
    by_channel = {field.rpartition(".")[2] for field in demand.positions if "." in field}
    for measure in sorted(by_channel & OWN_FIELDS.keys() & CHANNEL_FIELDS.keys()):
        if measure in demand.positions and OWN_FIELDS[measure] == CHANNEL_FIELDS[measure]:
            name = table.columns[demand.positions[measure]]
            message = (
                f"'{name}' is the {measure} that counts: that of channels adds nothing to it, and"
                " no answer by channel has it. Leave one of them out."
            )
            yield Remark(code="levels", message=message)


def _about_currencies(table: Table, styles: dict[int, NumberStyle]) -> Iterator[Remark]:
    """Tell headers of amounts that name another currency than the mapping."""
    for position, style in styles.items():
        name = table.columns[position]
        own = meaning_of(name).currencies
        if own and style.currency and style.currency not in own:
            codes = " or ".join(sorted(own)[:3])
            message = f"The header '{name}' says {codes}, the mapping {style.currency}."
            yield Remark(code="currency", message=message)


def about_no_values(name: str, shapes: Shapes, style: NumberStyle, count: int) -> Remark:
    """Tell how many cells of a column have no value, and how that is written."""
    written = [f"'{each}'" for each in shapes.no_values() if each]
    how = f" ({', '.join(written[:5])})" if written else ""
    what = "cell has" if count == 1 else "cells have"
    means = "it counts as unknown, not as zero" if style.empty is None else "it counts as zero"
    return Remark(code="empty", message=f"In '{name}' {count:,} {what} no value{how}: {means}.")
