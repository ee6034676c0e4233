"""Reads the rows that count: with their days, without totals, with errors told by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.cells.converters import Bad, Cached
from apps.integrations.imports.reading.cells.currencies import find_currencies
from apps.integrations.imports.reading.cells.days import MONTH, WEEK, last_of
from apps.integrations.imports.reading.cells.forms import is_no_name, is_no_value
from apps.integrations.imports.reading.known.labels import begins_like_total, is_total
from apps.integrations.imports.reading.masking import make_error
from apps.integrations.imports.reading.names import column_name
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import Errors, RowError, shown
from apps.integrations.imports.reading.results import LeftOut
from apps.integrations.imports.reading.spans import Spans, about_of, make_day_parsers, names_of
from apps.integrations.imports.reading.tables.table import Chunk

_LISTED_LINES: Final = 10


class Outcome:
    """What became of a file's rows: those that count, those left out, and errors."""

    def __init__(self) -> None:
        self.errors = Errors()
        self.rows = 0
        self._left_out: dict[str, list[int]] = {}
        self._counts: dict[str, int] = {}

    def leave_out(self, reason: str, line: int, rows: int = 1) -> None:
        """Note that rows are left out."""
        self._counts[reason] = self._counts.get(reason, 0) + rows
        lines = self._left_out.setdefault(reason, [])
        if len(lines) < _LISTED_LINES:
            lines.append(line)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Return which rows were left out, by reason."""
        return tuple(
            LeftOut(reason=reason, rows=self._counts[reason], lines=tuple(lines))
            for reason, lines in self._left_out.items()
        )


class Kept(msgspec.Struct):
    """Rows that count: their cells, their days, and the errors of those that do not."""

    chunk: Chunk
    days: list[Any]
    lasts: list[Any]
    errors: list[RowError]


def error_of(plan: Plan, kept: Kept, index: int, position: int, bad: Bad) -> RowError:
    """Return the error of a cell that cannot be read."""
    return make_error(
        kept.chunk.lines[index],
        plan.table.columns[position],
        kept.chunk.rows[index][position],
        bad.message,
        is_personal=position in plan.personal,
    )


def find_bad(
    plan: Plan,
    outcome: Outcome,
    kept: Kept,
    at: Mapping[str, int],
    columns: Mapping[str, Sequence[Any] | None],
) -> set[int]:
    """Tell the cells of fields that cannot be read, with the rows' errors; return their rows.

    ``at`` has the position of each field; a field without a column has none.
    """
    found = [
        (index, field, value)
        for field, values in columns.items()
        if values and Bad in set(map(type, values))
        for index, value in enumerate(values)
        if isinstance(value, Bad)
    ]
    if found or kept.errors:
        errors = [error_of(plan, kept, index, at[field], bad) for index, field, bad in found]
        outcome.errors.add([*kept.errors, *errors])
    return {index for index, _, _ in found}


class RowReader:
    """Goes through a table and keeps the rows that count."""

    def __init__(self, plan: Plan, outcome: Outcome, *, spans: Spans | None = None) -> None:
        self._plan = plan
        self._outcome = outcome
        self._spans = spans
        positions = plan.demand.positions
        self._date = positions["date"] if "date" in positions else positions["at"]
        self._end = positions.get("end") if spans is not None else None
        if spans is None:
            self._days, lasts = Cached(plan.days[self._date].parse_moment), None
        else:
            days, lasts = make_day_parsers(plan, self._end)
            self._days = Cached(days)
        self._lasts = Cached(lasts) if lasts is not None else None
        self._order = positions.get("order") if spans is None else None
        self._carried = ("", "")
        self._codes = Cached(find_currencies)
        self._total_names = Cached(is_total)
        self._labelled = (*plan.demand.names, *plan.profile.labels)
        self._channel = positions.get("channel")
        self._first_currency = 0

    def run(self) -> Iterator[Kept]:
        """Yield the rows that count, in the file's order."""
        for chunk in self._plan.table.chunks():
            if self._order is not None:
                self._fill_down(chunk, self._order)
            days = self._days.convert(chunk.column(self._date))
            lasts = self._find_lasts(chunk, days)
            if self._is_plain(chunk, days, lasts):
                self._outcome.rows += len(chunk.rows)
                yield Kept(chunk, days, lasts, [])
            else:
                yield self._keep(chunk, days, lasts)

    def _fill_down(self, chunk: Chunk, order: int) -> None:
        """Give the further rows of an order its number and day, which they may leave empty."""
        number, day = self._carried
        for row in chunk.rows:
            is_further = not row[self._date].strip() and row[order].strip() in ("", number)
            if is_further and number and not any(map(begins_like_total, row)):
                row[order], row[self._date] = number, day
            else:
                number, day = row[order].strip(), row[self._date]
        self._carried = (number, day)

    def _find_lasts(self, chunk: Chunk, days: list[Any]) -> list[Any]:
        if self._lasts is not None and self._end is not None:
            return self._lasts.convert(chunk.column(self._end))
        grain = self._spans.grain if self._spans is not None else ""
        if grain == MONTH:
            days[:] = [day.replace(day=1) if isinstance(day, date) else day for day in days]
        if grain in (WEEK, MONTH):
            return [last_of(day, grain) if isinstance(day, date) else day for day in days]
        return days

    def _is_plain(self, chunk: Chunk, days: list[Any], lasts: list[Any]) -> bool:
        """Return whether all rows of a chunk count, as nearly all chunks' do."""
        if chunk.short or Bad in set(map(type, days)) or not self._is_one_currency(chunk):
            return False
        if self._spans is None:
            return True
        if lasts is not days and (
            Bad in set(map(type, lasts)) or any(map(date.__lt__, lasts, days))
        ):
            return False
        if self._channel is not None and not self._plan.profile.channel_totals.isdisjoint(
            chunk.column(self._channel)
        ):
            return False
        return not self._spans.totals and not any(
            any(self._total_names.convert(tuple(set(chunk.cells(position)))))
            for position in self._labelled
        )

    def _is_one_currency(self, chunk: Chunk) -> bool:
        position = self._plan.demand.currency_position
        if position is None:
            return True
        unknown = (self._plan.currency,) if self._plan.demand.currency else ()
        return all(
            self._plan.currency in (self._codes[cell] or unknown)
            for cell in set(chunk.column(position))
        )

    def _keep(self, chunk: Chunk, days: list[Any], lasts: list[Any]) -> Kept:
        errors: list[RowError] = []
        names = names_of(chunk.rows, self._plan.demand.names)
        positions = []
        for position, (row, own_names) in enumerate(zip(chunk.rows, names, strict=True)):
            line = chunk.lines[position]
            day, last = days[position], lasts[position]
            filled = sum(1 for cell in row if cell.strip())
            if not filled:
                continue
            if self._is_total(row, day, last, own_names):
                self._outcome.leave_out("totals", line)
                continue
            if isinstance(day, Bad) and (filled == 1 or self._is_header(row)):
                # A line of text below the table, or the header of a file put behind another.
                self._outcome.leave_out("notes", line)
                continue
            self._outcome.rows += 1
            problems = [
                *self._find_width_problems(chunk, position, line),
                *self._find_day_problems(row, day, last, line),
                *self._find_currency_problems(row, line),
            ]
            errors.extend(problems)
            if not problems:
                positions.append(position)
        return Kept(
            chunk.keep(positions),
            [days[each] for each in positions],
            [lasts[each] for each in positions],
            errors,
        )

    def _is_total(self, row: Sequence[str], day: Any, last: Any, names: tuple[str, ...]) -> bool:
        if isinstance(day, Bad):
            cell = row[self._date].strip()
            if begins_like_total(cell) or (cell and is_no_value(cell)):
                return True
            has_no_names = bool(names) and all(map(is_no_name, names))
            is_labelled = any(map(begins_like_total, filter(None, row)))
            return not cell and (has_no_names or is_labelled or self._is_of_channel(row))
        if self._spans is None:
            return False
        if any(is_total(row[position]) for position in self._labelled) or self._is_of_channel(row):
            return True
        if not self._spans.totals or isinstance(last, Bad):
            return False
        return about_of(day, last, names) in self._spans.totals

    def _is_of_channel(self, row: Sequence[str]) -> bool:
        """Return whether a row's channel says that it is the total of another."""
        channel = row[self._channel].strip() if self._channel is not None else ""
        return channel in self._plan.profile.channel_totals

    def _is_header(self, row: Sequence[str]) -> bool:
        names = self._plan.table.columns
        return all(column_name(cell) == name for cell, name in zip(row, names, strict=True))

    def _find_width_problems(self, chunk: Chunk, position: int, line: int) -> Iterator[RowError]:
        width = chunk.short.get(position)
        columns = len(self._plan.table.columns)
        if width is None or (width < columns and not self._is_missed(width)):
            return
        message = f"The row has {width} cells, the header {columns}."
        yield RowError(line=line, column="", value="", message=message)

    def _is_missed(self, width: int) -> bool:
        """Return whether a row of so many cells lacks one that is mapped."""
        currency = self._plan.demand.currency_position
        return any(each >= width for each in self._plan.demand.positions.values()) or (
            currency is not None and currency >= width
        )

    def _find_day_problems(
        self, row: Sequence[str], day: Any, last: Any, line: int
    ) -> Iterator[RowError]:
        if isinstance(day, Bad):
            yield self._error(line, self._date, row, day.message)
        if self._end is None:
            return
        if isinstance(last, Bad):
            yield self._error(line, self._end, row, last.message)
        elif not isinstance(day, Bad) and last < day:
            yield self._error(line, self._end, row, "The row ends before it begins.")

    def _find_currency_problems(self, row: Sequence[str], line: int) -> Iterator[RowError]:
        position = self._plan.demand.currency_position
        if position is None:
            return
        cell = row[position].strip()
        # The further rows of an order leave its fields empty.
        if not cell and self._spans is None:
            return
        codes = self._codes[cell]
        if codes is None and self._plan.demand.currency:
            # The mapping says the currency; the column is only known by its name.
            return
        if codes is None:
            message = f"'{shown(cell)}' is not a currency code such as EUR."
            yield self._error(line, position, row, message)
        elif self._plan.currency not in codes:
            where = f"line {self._first_currency} in" if self._first_currency else "others in"
            if self._plan.demand.currency:
                where = "the mapping says"
            message = f"The row is in {shown(cell)}, {where} {self._plan.currency}; split the file."
            yield self._error(line, position, row, message)
        elif not self._first_currency:
            self._first_currency = line

    def _error(self, line: int, position: int, row: Sequence[str], message: str) -> RowError:
        column = self._plan.table.columns[position]
        is_personal = position in self._plan.personal
        return make_error(line, column, row[position], message, is_personal=is_personal)
