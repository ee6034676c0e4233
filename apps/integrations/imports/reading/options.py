"""How people say an ambiguous column is read: by column, or for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.names import fold_column

EMPTY, DECIMAL, DATE_ORDER = "empty", "decimal", "date_order"
#: What each option may say.
CHOICES: Final = {
    EMPTY: ("unknown", "zero"),
    DECIMAL: (".", ","),
    DATE_ORDER: ("dmy", "mdy", "ymd"),
}


class Options(msgspec.Struct, frozen=True):
    """The options of a mapping: of each column, and of all."""

    by_column: dict[str, dict[str, str]]
    for_all: dict[str, str]

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Options:
        """Return the options that are in a mapping without problems."""
        by_column = {
            fold_column(name): value for name, value in fields.items() if isinstance(value, dict)
        }
        for_all = {name: value for name, value in fields.items() if isinstance(value, str)}
        return cls(by_column, for_all)

    def find(self, column: str, option: str) -> str | None:
        """Return what is said of a column, else of all."""
        own = self.by_column.get(fold_column(column), {}).get(option)
        return own if own is not None else self.for_all.get(option)


def find_option_problems(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield field and message of what is wrong with a mapping's options."""
    for name, value in fields.items():
        if not isinstance(value, dict):
            yield from _find_problems(f"options.{name}", name, value)
            continue
        for option, chosen in value.items():
            yield from _find_problems(f"options.{name}.{option}", option, chosen)


def _find_problems(field: str, option: str, value: Any) -> Iterator[tuple[str, str]]:
    choices = CHOICES.get(option)
    if choices is None:
        yield field, f"There is no such option; known are {', '.join(CHOICES)}, also by column."
    elif value not in choices:
        yield field, f"It is one of {', '.join(choices)}."
