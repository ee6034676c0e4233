"""Cells of a file as values: days, and numbers in exact millionths."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LARGEST = 2**63 - 1
_EARLIEST_DAY = date(1970, 1, 1)
_MICROS = Decimal(1_000_000)
# More digits than ``_NUMBER`` lets through, so that only the last step rounds.
_EXACT = Context(prec=200, rounding=ROUND_HALF_EVEN)
_SHOWN = 40


class CellError(ValueError):
    """A cell does not hold what its column should; the text is for people."""


def parse_day(text: str) -> date:
    """A day written as in ISO 8601.

    Raises:
        CellError: it is something else.
    """
    stripped = text.strip()
    if not _DAY.fullmatch(stripped):
        raise CellError(f"'{shown(text)}' is not a day such as 2026-03-31.")
    try:
        day = date.fromisoformat(stripped)
    except ValueError as error:
        raise CellError(f"'{shown(text)}' is no day of the calendar.") from error
    if day < _EARLIEST_DAY:
        raise CellError(f"'{shown(text)}' is before {_EARLIEST_DAY}; write the year in full.")
    return day


def parse_micros(text: str, *, may_be_negative: bool = False) -> int:
    """A number in millionths, rounded half to even.

    Raises:
        CellError: it is empty, a formula, no plain number, negative or too large.
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
    micros = int(_EXACT.to_integral_value(_EXACT.multiply(Decimal(stripped), _MICROS)))
    if abs(micros) > _LARGEST:
        raise CellError(f"'{shown(text)}' is too large.")
    if micros < 0 and not may_be_negative:
        raise CellError(f"'{shown(text)}' is negative.")
    return micros


def shown(text: str) -> str:
    """A cell's text, short enough for a message."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
