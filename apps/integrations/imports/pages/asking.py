"""What the check asks: columns that can be read in several ways, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec

from apps.integrations.imports.pages.tables import amount_of
from omnify.pages.days import say_days
from omnify.pages.parts import Part

_ORDERS: Final = {"dmy": "Day, month, year", "mdy": "Month, day, year", "ymd": "Year, month, day"}
_EMPTY: Final = {"zero": "Empty cells are zeros", "unknown": "Empty cells are unknown"}
_MARKS: Final = {",": "Decimal comma: 1,5 is one and a half", ".": "Decimal point: 1.5"}


class Reading(msgspec.Struct, frozen=True):
    """One way to read a column: what it is, and what it comes to."""

    answer: str
    label: str
    result: str


class Asked(msgspec.Struct, frozen=True):
    """A column with its readings."""

    column: str
    readings: tuple[Reading, ...]


class Questions(Part):
    """The columns that can be read in several ways, each with what its readings come to."""

    url: str
    questions: tuple[Asked, ...]

    @property
    def template(self) -> str:
        """Return the name of the template."""
        return "omnify_integrations/imports/_questions.html"


def ask(questions: Any, *, url: str) -> Questions | None:
    """Return what is asked, None where that is nothing; answers are sent to ``url``.

    Which column a measure is, is asked among the columns.
    """
    asked = tuple(
        Asked(each["field"], tuple(_reading(reading) for reading in each["readings"]))
        for each in questions
    )
    return Questions(questions=asked, url=url) if asked else None


def describe_answers(options: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Return what was answered, by column."""
    return [
        (column, "; ".join(_label(option, value) for option, value in answers.items()))
        for column, answers in options.items()
        if answers
    ]


def _reading(reading: Mapping[str, Any]) -> Reading:
    option, value = reading["option"], reading["value"]
    result = f"{amount_of(reading['sum'])} in all" if reading.get("sum") is not None else ""
    if reading.get("from"):
        result = say_days(*(date.fromisoformat(reading[end]) for end in ("from", "to")))
    return Reading(f"{option} {value}", _label(option, value), result)


def _label(option: str, value: str) -> str:
    known = {"decimal": _MARKS, "date_order": _ORDERS, "empty": _EMPTY}
    return known.get(option, {}).get(value, value)
