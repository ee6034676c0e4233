"""The paths and touches that a file's rows come to; identical ones add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from apps.integrations.imports.reading.cells.converters import Bad, Cached, make_converter
from apps.integrations.imports.reading.entities import Channels, parse_entity
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import CellError
from apps.integrations.imports.reading.results import TouchpointValues
from apps.integrations.imports.reading.rows import Kept, Outcome, RowReader, error_of
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
        self._paths = Cached(self._parse_path if "path" in self._at else self._parse_step)
        self._campaigns = Cached(parse_entity)

    def run(self) -> Iterator[TouchpointValues]:
        """Yield the touchpoints."""
        sums = Sums(self._add, key_type=_Key, value_type=_Values, most_keys=self._most_keys)
        for kept in RowReader(self._plan, self._outcome).run():
            for key, values in self._read(kept):
                sums.put(key, values)
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

    def _read(self, kept: Kept) -> Iterator[tuple[_Key, _Values]]:
        chunk, at = kept.chunk, self._at
        errors = list(kept.errors)
        fields = [field for field in _NUMBERS if field in at]
        numbers = {
            field: self._converters[at[field]](chunk.column(at[field])) if chunk.rows else []
            for field in fields
        }
        path_field = "path" if "path" in at else "channel"
        for index, row in enumerate(chunk.rows):
            found: dict[str, Any] = {field: numbers[field][index] for field in fields}
            found[path_field] = self._paths[row[at[path_field]]]
            found["campaign"] = self._campaigns[row[at["campaign"]]] if "campaign" in at else ""
            problems = [(field, each) for field, each in found.items() if isinstance(each, Bad)]
            if problems:
                errors.extend(
                    error_of(self._plan, kept, index, at[field], bad) for field, bad in problems
                )
                continue
            day, moment = kept.days[index]
            customer = row[at["customer"]].strip() if "customer" in at else ""
            key = (day, moment or _NO_MOMENT, customer, found["campaign"], found[path_field])
            yield key, [1, *(found.get(field) for field in _NUMBERS)]
        if errors:
            self._outcome.errors.add(errors)

    def _add(self, before: _Values, more: _Values) -> _Values:
        self.merged += 1
        return [
            one if two is None else two if one is None else one + two
            for one, two in zip(before, more, strict=True)
        ]

    def _finish(self, key: _Key, values: _Values) -> TouchpointValues:
        day, moment, customer, campaign, path = key
        self.touchpoints += 1
        self.first = day if self.first is None or day < self.first else self.first
        self.last = day if self.last is None or day > self.last else self.last
        for field, micros in zip(_NUMBERS, values[1:], strict=True):
            if micros is not None:
                self.sums[field] = self.sums.get(field, 0) + micros
        cost, conversions, value, nulls = values[1:]
        return TouchpointValues(
            date=day,
            at=moment if moment != _NO_MOMENT else None,
            customer=customer,
            path=path,
            campaign=campaign,
            cost_micros=cost,
            conversions_micros=conversions,
            value_micros=value,
            nulls_micros=nulls,
            rows=values[0] or 0,
        )
