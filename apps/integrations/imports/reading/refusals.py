"""What is wrong with a file: errors by line, and the refusal of files that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from apps.integrations.exceptions import CsvInvalidError
from omnify.services.messages import Message

#: So many errors are listed; all are counted.
MOST_ERRORS: Final = 50
_SHOWN: Final = 40


class CellError(ValueError):
    """A cell does not hold what its column should; the message is for people."""


class RowError(Message):
    """A problem in a file: the line where it begins, the column, the cell, and what to do."""

    line: int
    column: str
    value: str
    message: str


class Errors:
    """Collects a file's errors: the first ones in the order of lines, and the number of all."""

    def __init__(self) -> None:
        self.listed: list[RowError] = []
        self.count = 0

    def add(self, errors: list[RowError]) -> None:
        """Add the errors of rows that come after all rows so far."""
        self.count += len(errors)
        if len(self.listed) < MOST_ERRORS:
            errors.sort(key=lambda error: error.line)
            self.listed.extend(errors[: MOST_ERRORS - len(self.listed)])


def shown(text: str) -> str:
    """Return a cell's text, short enough for a message."""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them, a dozen at most."""
    names = list(names)
    some = ", ".join(f"'{shown(name)}'" for name in names[:12])
    return some if len(names) <= 12 else f"{some} and {len(names) - 12} more"  # noqa: PLR2004


def refusal(line: int, message: str, *, column: str = "", value: str = "") -> CsvInvalidError:
    """Return the refusal of a whole file."""
    error = RowError(line=line, column=column, value=shown(value), message=message)
    return CsvInvalidError(errors=[msgspec.to_builtins(error)], error_count=1)
