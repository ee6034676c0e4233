"""Settles the columns that their shapes leave open: by their values, or by asking people."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from apps.integrations.imports.reading.cells.converters import Cached
from apps.integrations.imports.reading.cells.forms import MARKS
from apps.integrations.imports.reading.mapping import MetricsMapping
from apps.integrations.imports.reading.options import DECIMAL
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.results import Answer, Question
from apps.integrations.imports.reading.rows import Outcome, RowReader
from apps.integrations.imports.reading.spans import find_spans
from omnify.money import from_micros


class _Reading:
    """What a column comes to, read with one decimal mark."""

    def __init__(self, plan: Plan, position: int, mark: str) -> None:
        self.mark = mark
        self.style = msgspec.structs.replace(plan.numbers[position], mark=mark)
        self.sum = self.failures = 0
        self._cells = Cached(self.style.parse)

    def add(self, cells: Sequence[str]) -> None:
        """Add cells."""
        values = self._cells.convert(cells)
        numbers = [value for value in values if isinstance(value, int)]
        self.sum += sum(numbers)
        self.failures += sum(value is not None for value in values) - len(numbers)


def settle_numbers(plan: Plan) -> Plan:
    """Return a plan in which each column of numbers has a decimal mark, or a question.

    A column of which one reading fails is read in the other one: "0.123" is no thousands.
    """
    if not plan.open_numbers:
        return plan
    readings = {
        position: [_Reading(plan, position, mark) for mark in MARKS]
        for position in plan.open_numbers
    }
    spans = find_spans(plan) if isinstance(plan.mapping, MetricsMapping) else None
    for kept in RowReader(plan, Outcome(), spans=spans).run():
        for position, both in readings.items():
            cells = kept.chunk.column(position) if kept.chunk.rows else []
            for each in both:
                each.add(cells)
    numbers = dict(plan.numbers)
    questions = list(plan.questions)
    for position, both in readings.items():
        better, worse = sorted(both, key=lambda each: each.failures)
        if better.failures < worse.failures:
            numbers[position] = better.style
        else:
            questions.append(_ask(plan.table.columns[position], both))
    return msgspec.structs.replace(plan, numbers=numbers, questions=tuple(questions))


def _ask(column: str, readings: list[_Reading]) -> Question:
    return Question(
        field=column,
        readings=tuple(
            Answer(option=DECIMAL, value=each.mark, sum=from_micros(each.sum)) for each in readings
        ),
    )
