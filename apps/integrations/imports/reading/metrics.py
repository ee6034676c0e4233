"""The metrics that a file's rows come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.cells.converters import Bad, Converter, make_converter
from apps.integrations.imports.reading.cells.days import DAY
from apps.integrations.imports.reading.demands import measures_by_field
from apps.integrations.imports.reading.entities import NO_NAMES, NameReader, Names
from apps.integrations.imports.reading.mapping import MetricsMapping
from apps.integrations.imports.reading.measures import (
    ACCOUNT,
    AD,
    CAMPAIGN,
    CHANNEL,
    CHANNEL_FIELDS,
    NOT_ADDITIVE,
    ORGANIZATION,
)
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import RowError, shown
from apps.integrations.imports.reading.results import MetricValues
from apps.integrations.imports.reading.rows import Kept, Outcome, RowReader
from apps.integrations.imports.reading.spans import Spans
from apps.integrations.imports.reading.summing import Sums
from omnify.names import fold

#: What a metric is about: first and last day, level, channel, account, campaign, ad.
_Key = tuple[date, date, str, str, str, str, str]
#: The number of the group, then its measures in millionths.
_Values = list[int | None]
#: A measure that rows do not add up to, of several rows: unknown, whatever else comes.
_LOST: Final = -1


class Group(msgspec.Struct, frozen=True):
    """The measures of one entity in a row, and where they are.

    ``channel`` is a wide file's; in a long one it is in a column.
    """

    level: str
    channel: str
    measures: tuple[str, ...]
    positions: tuple[int, ...]

    @property
    def lost(self) -> tuple[bool, ...]:
        """Return which measures several rows do not add up to."""
        return tuple(measure in NOT_ADDITIVE for measure in self.measures)


def groups_of(plan: Plan) -> tuple[Group, ...]:
    """Return the entities that a row has numbers of: the organization, and channels."""
    mapping = plan.mapping
    if not isinstance(mapping, MetricsMapping):
        raise TypeError(f"{type(mapping)} has no metrics")
    positions = plan.demand.positions
    by_field = measures_by_field(mapping)
    own = {field: measure for field, measure in by_field.items() if "." not in field}
    channels: dict[str, tuple[str, dict[str, int]]] = {}
    for number, channel in enumerate(mapping.channels):
        _, found = channels.setdefault(fold(channel.name), (channel.name, {}))
        for field, measure in CHANNEL_FIELDS.items():
            if getattr(channel, field) is not None:
                found[measure] = positions[f"channels.{number}.{field}"]
    groups = [
        Group(level_of(mapping), name, tuple(found), tuple(found.values()))
        for name, found in channels.values()
    ]
    if own:
        level = level_of(mapping) if mapping.channel is not None else ORGANIZATION
        at = tuple(positions[field] for field in own)
        groups.insert(0, Group(level, "", tuple(own.values()), at))
    return tuple(groups)


def level_of(mapping: MetricsMapping) -> str:
    """Return the level of channels' numbers: as said, else of the narrowest column of names."""
    if mapping.level is not None:
        return mapping.level
    for level in (AD, CAMPAIGN, ACCOUNT):
        if getattr(mapping, level) is not None:
            return level
    return CHANNEL


class MetricReader:
    """Reads a file's metrics, in the order of its rows wherever memory allows.

    Attributes:
        summed: how many rows were added to another one of their entity and day.
        lost: how many metrics have a measure that is unknown for that reason.
    """

    def __init__(self, plan: Plan, spans: Spans, outcome: Outcome) -> None:
        self.summed = 0
        self.lost = 0
        self._plan = plan
        self._spans = spans
        self._outcome = outcome
        self._groups = groups_of(plan)
        self._lost = tuple((False, *group.lost) for group in self._groups)
        self._converters: dict[int, Converter] = {
            position: make_converter(style, plan.profile.numbers[position])
            for position, style in plan.numbers.items()
        }
        levels = [group.level for group in self._groups if group.level != ORGANIZATION]
        self._names = NameReader(plan, levels[0] if levels else ORGANIZATION)

    def run(self) -> Iterator[MetricValues]:
        """Yield the metrics; rows of one entity and day or span are added up."""
        rows = RowReader(self._plan, self._outcome, spans=self._spans).run()
        entries: Iterator[tuple[_Key, _Values]]
        entries = (entry for kept in rows for entry in self._read(kept))
        if not self._is_each_row_alone():
            entries = self._sum(entries)
        for key, values in entries:
            yield self._metric_of(key, values)

    def _is_each_row_alone(self) -> bool:
        """Return whether no two rows can be of one entity, since each has a day of its own."""
        profile = self._plan.profile
        days = profile.days[self._plan.demand.positions["date"]]
        return (
            "end" not in self._plan.demand.positions
            and days.is_in_runs
            and days.runs == profile.rows
        )

    def _sum(self, entries: Iterator[tuple[_Key, _Values]]) -> Iterator[tuple[_Key, _Values]]:
        """Add up rows; where all rows of a day follow each other, day by day."""
        days = self._plan.profile.days[self._plan.demand.positions["date"]]
        is_in_runs = days.is_in_runs and self._spans.grain == DAY
        sums = Sums(self._add, key_type=_Key, value_type=_Values)
        day: date | None = None
        for key, values in entries:
            if is_in_runs and key[0] != day:
                yield from sums.drain()
                day = key[0]
            sums.put(key, values)
        yield from sums.drain()

    def _add(self, before: _Values, more: _Values) -> _Values:
        self.summed += 1
        group = before[0]
        lost = self._lost[group or 0]
        added = [
            _LOST if is_lost else one if two is None else two if one is None else one + two
            for one, two, is_lost in zip(before, more, lost, strict=True)
        ]
        added[0] = group
        return added

    def _metric_of(self, key: _Key, values: _Values) -> MetricValues:
        first, last, level, channel, account, campaign, ad = key
        group = self._groups[values[0] or 0]
        micros = dict(zip(group.measures, values[1:], strict=True))
        for measure in NOT_ADDITIVE.intersection(micros):
            if micros[measure] == _LOST:
                micros[measure] = None
                self.lost += 1
        return MetricValues(level, channel, account, campaign, ad, first, last, micros)

    def _read(self, kept: Kept) -> Iterator[tuple[_Key, _Values]]:
        chunk = kept.chunk
        if not chunk.rows:
            self._outcome.errors.add(kept.errors)
            return
        columns = {
            position: convert(chunk.column(position))
            for position, convert in self._converters.items()
        }
        names, has_bad = self._names.read(chunk)
        bad = self._find_bad(kept, columns, names if has_bad else None)
        indexes = [index for index in range(len(chunk.rows)) if index not in bad]
        values = [
            list(zip(*(columns[position] for position in group.positions), strict=True))
            for group in self._groups
        ]
        groups = list(enumerate(self._groups))
        for index in indexes:
            own = names[index] if names is not None else NO_NAMES
            day, last = kept.days[index], kept.lasts[index]
            for number, group in groups:
                entity = _entity_of(group, own)
                yield (day, last, group.level, *entity), [number, *values[number][index]]

    def _find_bad(
        self, kept: Kept, columns: dict[int, list[Any]], names: list[Names] | None
    ) -> set[int]:
        """Tell the cells that cannot be read, and return their rows."""
        found: list[tuple[int, int, Bad]] = []
        for position, values in columns.items():
            if Bad in set(map(type, values)):
                cells = enumerate(values)
                found.extend((at, position, each) for at, each in cells if isinstance(each, Bad))
        for at, own in enumerate(names or ()):
            for index, position in self._names.columns.items():
                if isinstance(own[index], Bad):
                    found.append((at, position, own[index]))
        if found or kept.errors:
            errors = [self._error(kept, *each) for each in found]
            self._outcome.errors.add([*kept.errors, *errors])
        return {at for at, _, _ in found}

    def _error(self, kept: Kept, at: int, position: int, bad: Bad) -> RowError:
        return RowError(
            line=kept.chunk.lines[at],
            column=self._plan.table.columns[position],
            value=shown(kept.chunk.rows[at][position]),
            message=bad.message,
        )


def _entity_of(group: Group, names: Names) -> Names:
    """Return what a group's numbers are about in a row with some names."""
    if group.level == ORGANIZATION:
        return NO_NAMES
    return (group.channel, *names[1:]) if group.channel else names
