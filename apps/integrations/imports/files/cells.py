"""Cells of a file as values: days, and numbers in exact millionths."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from omnify.money import LARGEST_MICROS, to_micros

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EARLIEST_DAY = date(1970, 1, 1)
_SHOWN = 40


class CellError(ValueError):
    """A cell does not hold what its column should; the message is for people."""


def parse_day(text: str, *, latest: date) -> date:
    """Return a day that is written as in ISO 8601; ``latest`` is tomorrow.

    Raises:
        CellError: the text is not such a day.
    """
    stripped = text.strip()
    if not _DAY.fullmatch(stripped):
        raise CellError(f"'{shown(text)}' is not a day such as 2026-03-31.")
    try:
        day = date.fromisoformat(stripped)
    except ValueError as error:
        raise CellError(f"'{shown(text)}' is not a day of the calendar.") from error
    if day < _EARLIEST_DAY:
        raise CellError(f"'{shown(text)}' is before {_EARLIEST_DAY}; write the year in full.")
    if day > latest:
        raise CellError(f"'{shown(text)}' is after tomorrow; write the year in full.")
    return day


def parse_micros(text: str, *, may_be_negative: bool = False) -> int:
    """Return a number in millionths, rounded half to even.

    Raises:
        CellError: the text is empty, a formula, not a plain number, negative or too large.
    """
    stripped = text.strip()
    if not stripped:
        raise CellError("The cell is empty; write 0 where there was nothing.")
    if stripped[0] in "=+@" or (stripped[0] == "-" and not _NUMBER.fullmatch(stripped)):
        raise CellError(f"'{shown(text)}' looks like a formula; write its value.")
    if not _NUMBER.fullmatch(stripped):
        raise CellError(
            f"'{shown(text)}' is not a number; write digits with a point,"
            " without currency signs or thousands separators."
        )
    micros = to_micros(Decimal(stripped))
    if abs(micros) > LARGEST_MICROS:
        raise CellError(f"'{shown(text)}' is too large.")
    if micros < 0 and not may_be_negative:
        raise CellError(f"'{shown(text)}' is negative.")
    return micros


def shown(text: str) -> str:
    """Return the text of a cell, short enough for a message."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
