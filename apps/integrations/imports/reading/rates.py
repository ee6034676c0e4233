"""The exchange rates that a file's rows come to, each of a day and pair of currencies once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from apps.integrations.imports.reading.cells.converters import Cached
from apps.integrations.imports.reading.cells.forms import is_no_value
from apps.integrations.imports.reading.cells.numbers import NumberStyle
from apps.integrations.imports.reading.mapping import RatesMapping
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import CellError, RowError, shown
from apps.integrations.imports.reading.results import RateValues
from apps.integrations.imports.reading.rows import Kept, Outcome, RowReader, find_bad
from apps.integrations.imports.reading.summing import Sums
from apps.integrations.imports.reading.tables.table import Chunk
from apps.integrations.rates.rule import find_problem_of, write_rate
from omnify.money import CURRENCIES

#: Day, base and currency.
_Key = tuple[date, str, str]
#: The rate, and the line where it stands.
_Value = tuple[str, int]
_PAIR: Final = ("base", "currency")


class RateReader:
    """Reads a file's exchange rates, in the order of its rows wherever memory allows."""

    def __init__(self, plan: Plan, outcome: Outcome, most_keys: int) -> None:
        self.rates = 0
        self.merged = 0
        self.first: date | None = None
        self.last: date | None = None
        self._plan = plan
        self._outcome = outcome
        self._most_keys = most_keys
        self._at = plan.demand.positions
        self._numbers = {at: Cached(_parser(style)).convert for at, style in plan.numbers.items()}
        self._codes = Cached(_parse_code)

    def run(self) -> Iterator[RateValues]:
        """Yield the rates."""
        sums = Sums(self._add, key_type=_Key, value_type=_Value, most_keys=self._most_keys)
        for kept in RowReader(self._plan, self._outcome).run():
            sums.put_all(*self._read(kept))
        for batch in sums.drain():
            for key, (rate, _) in batch:
                yield self._finish(key, rate)

    def _read(self, kept: Kept) -> tuple[list[_Key], list[_Value]]:
        """Return the rates of rows."""
        if not kept.chunk.rows:
            self._outcome.errors.add(kept.errors)
            return [], []
        pairs = {field: self._pair(kept.chunk, field) for field in _PAIR}
        rates = {
            field: self._numbers[at](kept.chunk.column(at))
            for field, at in self._at.items()
            if at in self._numbers
        }
        bad = find_bad(self._plan, self._outcome, kept, self._at, {**pairs, **rates})
        keys: list[_Key] = []
        values: list[_Value] = []
        for field, column in rates.items():
            own = self._currencies_of(field, pairs["currency"])
            for index, rate in enumerate(column):
                if rate is None or index in bad:
                    continue
                key = (kept.days[index][0], pairs["base"][index], own[index])
                line = kept.chunk.lines[index]
                if key[1] == key[2]:
                    self._refuse(line, f"1 {key[1]} is 1 {key[1]} on any day.")
                    continue
                keys.append(key)
                values.append((rate, line))
        return keys, values

    def _pair(self, chunk: Chunk, field: str) -> list[Any]:
        """Return the base or the currency of each row."""
        if field in self._at:
            return self._codes.convert(chunk.column(self._at[field]))
        return [getattr(self._plan.mapping, field) or ""] * len(chunk.rows)

    def _currencies_of(self, field: str, of_rows: list[Any]) -> Sequence[Any]:
        """Return the currencies of a column's rates: the column's own, else those of rows."""
        mapping = self._plan.mapping
        if field == "rate" or not isinstance(mapping, RatesMapping):
            return of_rows
        return [mapping.currencies[int(field.split(".")[1])].currency] * len(of_rows)

    def _add(self, before: _Value, more: _Value) -> _Value:
        if before[0] != more[0]:
            text = f"Line {before[1]} has another rate of this day and pair: {before[0]}."
            self._refuse(more[1], text, more[0])
        self.merged += 1
        return before

    def _refuse(self, line: int, message: str, value: str = "") -> None:
        error = RowError(line=line, column="", value=value, message=message)
        self._outcome.errors.add([error])

    def _finish(self, key: _Key, rate: str) -> RateValues:
        day, base, currency = key
        self.rates += 1
        self.first = day if self.first is None else min(day, self.first)
        self.last = day if self.last is None else max(day, self.last)
        return RateValues(day, base, currency, rate)


def _parser(style: NumberStyle) -> Any:
    def parse(text: str) -> str | None:
        if is_no_value(text):
            return None
        rate = style.read(text)
        problem = find_problem_of(rate)
        if problem:
            raise CellError(problem)
        return write_rate(rate)

    return parse


def _parse_code(text: str) -> str:
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise CellError(f"'{shown(text)}' is no currency's code such as EUR.")
    return code
