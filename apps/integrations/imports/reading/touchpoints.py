"""The paths and touches that a file's rows come to; identical ones add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from apps.integrations.imports.reading.cells.converters import Cached, make_converter
from apps.integrations.imports.reading.entities import Channels, parse_entity
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import CellError
from apps.integrations.imports.reading.results import TouchpointValues
from apps.integrations.imports.reading.rows import Kept, Outcome, RowReader, find_bad
from apps.integrations.imports.reading.summing import Sums

_NUMBERS: Final = ("cost", "conversions", "value", "nulls")
_MOST_STEPS: Final = 1000
#: Day, moment, customer, campaign, and the path's channels.
_Key = tuple[date, datetime, str, str, tuple[str, ...]]
_NO_MOMENT: Final = datetime(1, 1, 1, tzinfo=UTC)
#: The rows, then the numbers in millionths.
_Values = list[int | None]


class TouchpointReader:
    """Reads a file's touchpoints, in the order of its rows wherever memory allows."""

    def __init__(self, plan: Plan, outcome: Outcome, most_keys: int) -> None:
        self.touchpoints = 0
        self.merged = 0
        self.sums: dict[str, int] = {}
        self.first: date | None = None
        self.last: date | None = None
        self._plan = plan
        self._outcome = outcome
        self._most_keys = most_keys
        self._at = plan.demand.positions
        self._converters = {
            position: make_converter(style, plan.profile.numbers[position])
            for position, style in plan.numbers.items()
        }
        self._channels = Channels()
        self._path_field = "path" if "path" in self._at else "channel"
        self._paths = Cached(self._parse_path if "path" in self._at else self._parse_step)
        self._campaigns = Cached(parse_entity)

    def run(self) -> Iterator[TouchpointValues]:
        """Yield the touchpoints."""
        sums = Sums(self._add, key_type=_Key, value_type=_Values, most_keys=self._most_keys)
        for kept in RowReader(self._plan, self._outcome).run():
            sums.put_all(*self._read(kept))
        for batch in sums.drain():
            for key, values in batch:
                yield self._finish(key, values)

    def _parse_path(self, text: str) -> tuple[str, ...]:
        steps = [step.strip() for step in text.split(">")]
        if not any(steps):
            raise CellError("The cell is empty; write the path.")
        if len(steps) > _MOST_STEPS:
            raise CellError(f"The path has {len(steps)} steps; at most {_MOST_STEPS} are allowed.")
        return tuple(self._channels.parse(step) for step in steps)

    def _parse_step(self, text: str) -> tuple[str, ...]:
        return (self._channels.parse(text),)

    def _read(self, kept: Kept) -> tuple[list[_Key], list[_Values]]:
        """Return the touchpoints of rows."""
        if not kept.chunk.rows:
            self._outcome.errors.add(kept.errors)
            return [], []
        chunk, at, rows = kept.chunk, self._at, len(kept.chunk.rows)
        numbers = {
            field: self._converters[at[field]](chunk.column(at[field])) if field in at else None
            for field in _NUMBERS
        }
        paths = self._paths.convert(chunk.column(at[self._path_field]))
        campaigns = (
            self._campaigns.convert(chunk.column(at["campaign"])) if "campaign" in at else None
        )
        columns_read = {**numbers, self._path_field: paths, "campaign": campaigns}
        bad = find_bad(self._plan, self._outcome, kept, self._at, columns_read)
        days, moments = zip(*kept.days, strict=True)
        customers = chunk.column(at["customer"]) if "customer" in at else [""] * rows
        nothing = [None] * rows
        keys = list(
            zip(
                days,
                [moment or _NO_MOMENT for moment in moments],
                customers,
                campaigns or [""] * rows,
                paths,
                strict=True,
            )
        )
        columns = [values or nothing for values in numbers.values()]
        values = [[1, *each] for each in zip(*columns, strict=True)]
        if not bad:
            return keys, values
        good = [index for index in range(rows) if index not in bad]
        return [keys[index] for index in good], [values[index] for index in good]

    def _add(self, before: _Values, more: _Values) -> _Values:
        self.merged += 1
        return [
            one if two is None else two if one is None else one + two
            for one, two in zip(before, more, strict=True)
        ]

    def _finish(self, key: _Key, values: _Values) -> TouchpointValues:
        day, moment, customer, campaign, path = key
        rows, cost, conversions, value, nulls = values
        self.touchpoints += 1
        if self.first is None or day < self.first:
            self.first = day
        if self.last is None or day > self.last:
            self.last = day
        sums = self.sums
        for field, micros in zip(_NUMBERS, (cost, conversions, value, nulls), strict=True):
            if micros is not None:
                sums[field] = sums.get(field, 0) + micros
        at = moment if moment is not _NO_MOMENT and moment != _NO_MOMENT else None
        return TouchpointValues(
            day, at, customer, path, campaign, cost, conversions, value, nulls, rows or 0
        )
