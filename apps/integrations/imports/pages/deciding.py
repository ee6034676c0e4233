"""Which of several columns a measure is: asked among the columns, with what each comes to."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from apps.integrations.imports.pages.columns import METRICS, Choice
from apps.integrations.imports.pages.tables import amount_of
from apps.integrations.imports.reading import Answer, Preview, Question
from apps.integrations.imports.reading.options import CHOICES
from omnify.names import fold

#: What is sent where none of the columns is the measure.
NONE: Final = "none"
_SEPARATOR: Final = "\t"


class Candidate(msgspec.Struct, frozen=True):
    """A column that a measure may be: what is sent for it, and what it comes to."""

    value: str
    label: str
    result: str


class Decision(msgspec.Struct, frozen=True):
    """A measure that several columns may be."""

    key: str
    question: str
    candidates: tuple[Candidate, ...]

    @property
    def may_be_none(self) -> bool:
        """Return whether it is yet to be offered that none of the columns is the measure."""
        return all(each.value != NONE for each in self.candidates)


def list_decisions(
    preview: Preview, choices: tuple[Choice, ...], declined: tuple[str, ...], kind: str
) -> list[Decision]:
    """Return the measures of which a file has several columns, and none was chosen yet."""
    asked = [
        _describe(question, preview)
        for question in preview.questions
        if kind == METRICS and question.readings[0].option not in CHOICES
    ]
    known = {*declined, *(_key(each.use, each.channel) for each in choices if each.use)}
    return [each for each in asked if each.key not in known]


def decide(
    posted: Any, choices: list[Choice], declined: tuple[str, ...]
) -> tuple[list[Choice], tuple[str, ...], bool]:
    """Return what is chosen with the answers, what is declined, and whether something is open."""
    is_open = False
    for number, key in enumerate(posted.getlist("decide")):
        answer = posted.get(f"decision-{number}", "")
        use, channel, column = [*answer.split(_SEPARATOR, 2), "", ""][:3]
        if answer == NONE:
            declined = (*declined, key)
        elif column:
            choices = [
                Choice(column, use, channel) if each.column == column else each for each in choices
            ]
        elif key not in {_key(each.use, each.channel) for each in choices}:
            is_open = True
    return choices, declined, is_open


def _describe(question: Question, preview: Preview) -> Decision:
    use, channel = _place(question.readings[0], preview)
    label = use.replace("_", " ")
    return Decision(
        key=_key(use, channel),
        question=_question(question, f"{label} of {channel}" if channel else label),
        candidates=tuple(_candidate(each, preview, use) for each in question.readings),
    )


def _question(question: Question, label: str) -> str:
    columns = {reading.value for reading in question.readings}
    return f"What is “{columns.pop()}”?" if len(columns) == 1 else f"Which column is the {label}?"


def _candidate(reading: Answer, preview: Preview, first: str) -> Candidate:
    use, channel = _place(reading, preview)
    result = f"{amount_of(reading.sum)} in all" if reading.sum is not None else ""
    label = use.replace("_", " ")
    if not reading.value:
        return Candidate(NONE, f"The {label} of the channels", result)
    other = "" if use == first else f", as {label}"
    value = _SEPARATOR.join((use, channel, reading.value))
    return Candidate(value, f"{reading.value}{other}", result)


def _place(reading: Answer, preview: Preview) -> tuple[str, str]:
    """Return the use and the channel of the mapping's field that a reading fills."""
    *place, use = reading.option.split(".")
    return use, preview.proposal["channels"][int(place[1])]["name"] if place else ""


def _key(use: str, channel: str) -> str:
    return f"{use} {fold(channel)}".strip()
