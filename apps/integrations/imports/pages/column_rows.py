"""The rows of the columns' step: what each column is, how sure that is, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from apps.integrations.imports.pages.choosing import Chosen
from apps.integrations.imports.pages.columns import USES, Choice, propose_choices
from apps.integrations.imports.reading import Preview
from omnify.names import fold
from omnify.pages import numbers

_SAMPLES: Final = 3
_LABELS: Final = {
    "known": "Known",
    "guess": "Guess",
    "chosen": "Your choice",
    "unused": "Not imported",
}


class ColumnRow(msgspec.Struct, frozen=True):
    """A column of a file on the page; ``problem`` is what does not fit in what was chosen."""

    choice: Choice
    samples: tuple[str, ...]
    state: Literal["known", "guess", "chosen", "unused"]
    note: str = ""
    problem: str = ""

    @property
    def label(self) -> str:
        """Return the state in words."""
        return _LABELS[self.state]


def describe_columns(
    preview: Preview, chosen: Chosen, problems: Mapping[str, str]
) -> list[ColumnRow]:
    """Return all columns of a file; nothing is left out in silence."""
    proposed = {each.column: each for each in propose_choices(preview, chosen.kind)}
    made = {each.column: each for each in chosen.columns}
    return [
        _describe(preview, made.get(column, choice), choice, chosen.kind, problems.get(column, ""))
        for column, choice in proposed.items()
    ]


def count_columns(rows: list[ColumnRow]) -> str:
    """Return how many columns are used, and how many are not."""
    unused = sum(row.state == "unused" for row in rows)
    count = f"{numbers.count(len(rows))} columns" if len(rows) != 1 else "1 column"
    used = numbers.count(len(rows) - unused)
    return f"{count}: {used} used, {numbers.count(unused)} not imported"


def _describe(
    preview: Preview, choice: Choice, proposed: Choice, kind: str, problem: str
) -> ColumnRow:
    samples = _samples(preview, choice.column)
    is_proposed = (choice.use, fold(choice.channel)) == (proposed.use, fold(proposed.channel))
    if not choice.use:
        note = (
            (proposed.reason or "Nothing says what it is.") if is_proposed else "You left it out."
        )
        return ColumnRow(choice, samples, "unused", note, problem)
    if not is_proposed:
        return ColumnRow(choice, samples, "chosen", "", problem)
    if preview.export:
        return ColumnRow(choice, samples, "known", f"As {preview.export} exports it.", problem)
    names = {fold(choice.use), fold(dict(USES[kind])[choice.use])}
    if fold(choice.column) in names:
        return ColumnRow(choice, samples, "known", "Its name says so.", problem)
    return ColumnRow(choice, samples, "guess", "By its name and its cells.", problem)


def _samples(preview: Preview, column: str) -> tuple[str, ...]:
    """Return the first cells of a column that differ."""
    cells = dict.fromkeys(row.get(column, "").strip() for row in preview.rows)
    return tuple(cell for cell in cells if cell)[:_SAMPLES]
