"""The metrics that a file's rows come to, summed by entity and day.

``layers/metrics.py`` makes them rows of the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import repeat
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.cells.converters import Bad, Converter, make_converter
from apps.integrations.imports.reading.cells.days import MONTH
from apps.integrations.imports.reading.entities import NameReader, Names
from apps.integrations.imports.reading.groups import Group, groups_of
from apps.integrations.imports.reading.measures import (
    ORGANIZATION,
)
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.results import MetricValues
from apps.integrations.imports.reading.rows import Kept, Outcome, RowReader, error_of
from apps.integrations.imports.reading.spans import Spans
from apps.integrations.imports.reading.summing import Sums
from apps.integrations.imports.reading.tallies import Tally

_Values = tuple[int | None, ...]
#: First and last day, channel, account, campaign, ad.
_Key = tuple[date, date, str, str, str, str]
#: A measure that rows do not add up to, of several rows: unknown, whatever else comes.
_LOST: Final = -1


class _Block(msgspec.Struct):
    """Rows that follow each other and can be read; names and values by group."""

    days: list[date]
    lasts: list[date]
    names: list[list[Names]]
    values: list[list[_Values]]


class _Adder:
    """Adds the rows of one entity and day."""

    def __init__(self, group: Group) -> None:
        self.count = 0
        self._lost = group.not_additive

    def add(self, before: _Values, more: _Values) -> _Values:
        """Return the sum of two rows' numbers; what is unknown adds nothing."""
        self.count += 1
        added = [
            one if two is None else two if one is None else one + two
            for one, two in zip(before, more, strict=True)
        ]
        for position in self._lost:
            added[position] = _LOST
        return tuple(added)


class MetricReader:
    """Reads a file's metrics, in the order of its days wherever memory allows.

    Attributes:
        lost: how many metrics have a measure that is unknown since it is of several rows.
        empty: how many cells have no value, by column.
    """

    def __init__(
        self, plan: Plan, spans: Spans, outcome: Outcome, tally: Tally, *, most_keys: int
    ) -> None:
        self.lost = 0
        self.empty: dict[int, int] = dict.fromkeys(plan.numbers, 0)
        self._plan = plan
        self._spans = spans
        self._outcome = outcome
        self._tally = tally
        self._groups = groups_of(plan)
        self._most_keys = most_keys // len(self._groups)
        self._adders = [_Adder(group) for group in self._groups]
        self._converters: dict[int, Converter] = {
            position: make_converter(style, plan.profile.numbers[position])
            for position, style in plan.numbers.items()
        }
        levels = [group.level for group in self._groups if group.level != ORGANIZATION]
        self._names = NameReader(plan, levels[0] if levels else ORGANIZATION)

    @property
    def summed(self) -> int:
        """Return how many rows were added to another one of their entity and day."""
        return sum(adder.count for adder in self._adders)

    def run(self) -> Iterator[list[MetricValues]]:
        """Yield the metrics in lists; rows of one entity and day or span are added up."""
        rows = RowReader(self._plan, self._outcome, spans=self._spans).run()
        blocks = (block for kept in rows if (block := self._read(kept)) is not None)
        if self._are_spans_in_runs():
            yield from self._sum_by_day(blocks)
        else:
            yield from self._sum(blocks)

    def _are_spans_in_runs(self) -> bool:
        """Return whether all rows of a day, week or month follow each other."""
        plan = self._plan
        position = plan.demand.positions["date"]
        if "end" in plan.demand.positions:
            return False
        is_by_first = self._spans.grain != MONTH or all(
            each.day == 1 for each in self._spans.written_days
        )
        return is_by_first and plan.profile.days[position].is_in_runs(plan.days[position].order)

    def _sum_by_day(self, blocks: Iterator[_Block]) -> Iterator[list[MetricValues]]:
        """Add up the rows of each day, or week or month, all of which follow each other."""
        span: tuple[date, date] | None = None
        sums = self._make_sums(Names)
        for block in blocks:
            for start, end in _find_runs(block.days):
                own = (block.days[start], block.lasts[start])
                if span is not None and own != span:
                    yield from self._drain(span, sums)
                span = own
                for held, names, values in zip(sums, block.names, block.values, strict=True):
                    held.put_all(names[start:end], values[start:end])
        if span is not None:
            yield from self._drain(span, sums)

    def _drain(self, span: tuple[date, date], sums: list[Sums]) -> Iterator[list[MetricValues]]:
        first, last = span
        for group, held in zip(self._groups, sums, strict=True):
            level, measures = group.level, group.measures
            for batch in held.drain():
                yield [
                    MetricValues(level, channel, account, campaign, ad, first, last, measures, own)
                    for (channel, account, campaign, ad), own in self._without_lost(group, batch)
                ]
                self._tally.metrics += len(batch)

    def _sum(self, blocks: Iterator[_Block]) -> Iterator[list[MetricValues]]:
        """Add up rows of the same days and entities, wherever they are in the file."""
        sums = self._make_sums(_Key)
        for block in blocks:
            for held, names, values in zip(sums, block.names, block.values, strict=True):
                pairs = zip(block.days, block.lasts, names, strict=True)
                held.put_all([(first, last, *own) for first, last, own in pairs], values)
        for group, held in zip(self._groups, sums, strict=True):
            level, measures = group.level, group.measures
            for batch in held.drain():
                yield [
                    MetricValues(level, channel, account, campaign, ad, first, last, measures, own)
                    for (first, last, channel, account, campaign, ad), own in self._without_lost(
                        group, batch
                    )
                ]
                self._tally.metrics += len(batch)

    def _make_sums(self, key_type: Any) -> list[Sums]:
        return [
            Sums(adder.add, key_type=key_type, value_type=_Values, most_keys=self._most_keys)
            for adder in self._adders
        ]

    def _without_lost(
        self, group: Group, batch: Collection[tuple[Any, _Values]]
    ) -> Collection[tuple[Any, _Values]]:
        """Return metrics, unknown where several rows do not add up."""
        lost = group.not_additive
        if not any(values[at] == _LOST for at in lost for _, values in batch):
            return batch
        found = []
        for key, values in batch:
            known = tuple(
                None if at in lost and value == _LOST else value for at, value in enumerate(values)
            )
            self.lost += known != values
            found.append((key, known))
        return found

    def _read(self, kept: Kept) -> _Block | None:
        chunk = kept.chunk
        if not chunk.rows:
            self._outcome.errors.add(kept.errors)
            return None
        columns: dict[int, list[Any]] = {
            position: convert(chunk.column(position))
            for position, convert in self._converters.items()
        }
        names = self._names.read(chunk)
        days, lasts = kept.days, kept.lasts
        bad = self._find_bad(kept, columns, names)
        if bad:
            good = [index for index in range(len(days)) if index not in bad]
            columns = {at: _pick(column, good) for at, column in columns.items()}
            names = [column and _pick(column, good) for column in names]
            days, lasts = _pick(days, good), _pick(lasts, good)
        for position, column in columns.items():
            self.empty[position] += column.count(None)
        self._tally.add_days(days, lasts)
        own_columns = [[columns[at] for at in group.positions] for group in self._groups]
        for group, own in zip(self._groups, own_columns, strict=True):
            channels = None if group.channel or group.level == ORGANIZATION else names[0]
            self._tally.add(group.channel, channels, group.measures, own)
        return _Block(
            days,
            lasts,
            [_entities_of(group, names, len(days)) for group in self._groups],
            [list(zip(*own, strict=True)) for own in own_columns],
        )

    def _find_bad(
        self, kept: Kept, columns: dict[int, list[Any]], names: list[list[Any] | None]
    ) -> set[int]:
        """Tell the cells that cannot be read, and return their rows."""
        by_position = dict(columns)
        for index, position in self._names.columns.items():
            by_position[position] = names[index] or []
        found: list[tuple[int, int, Bad]] = []
        for position, values in by_position.items():
            if Bad in set(map(type, values)):
                cells = enumerate(values)
                found.extend((at, position, each) for at, each in cells if isinstance(each, Bad))
        if found or kept.errors:
            errors = [error_of(self._plan, kept, *each) for each in found]
            self._outcome.errors.add([*kept.errors, *errors])
        return {at for at, _, _ in found}


def _entities_of(group: Group, names: list[list[Any] | None], rows: int) -> list[Names]:
    """Return what a group's numbers are about in each row."""
    if group.level == ORGANIZATION or not any(names):
        return [(group.channel, "", "", "")] * rows
    columns = [column if column is not None else repeat("", rows) for column in names]
    if group.channel:
        columns[0] = repeat(group.channel, rows)
    return list(zip(*columns, strict=True))


def _pick(values: list[Any], positions: list[int]) -> list[Any]:
    return [values[position] for position in positions]


def _find_runs(days: list[date]) -> Iterator[tuple[int, int]]:
    """Yield where each run of one day begins and ends."""
    start = 0
    while start < len(days):
        day, end = days[start], start + 1
        while end < len(days) and days[end] == day:
            end += 1
        yield start, end
        start = end
