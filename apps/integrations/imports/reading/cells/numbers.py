"""Reads numbers, written in a column's own style, as exact millionths."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.forms import (
    COMMA,
    LONGEST,
    POINT,
    Core,
    is_no_value,
    read_core,
    split,
)
from apps.integrations.imports.reading.refusals import CellError, shown
from omnify.money import LARGEST_MICROS, to_micros

_LONGEST_DIGITS: Final = 40
_NAMES: Final = {POINT: "a decimal point", COMMA: "a decimal comma"}


class NumberStyle(msgspec.Struct, frozen=True):
    """How a column writes numbers, and which ones it may have.

    Attributes:
        mark: the decimal mark.
        currency: the currency of amounts; empty for counts.
        empty: what an empty cell is: None for unknown.
    """

    mark: str
    currency: str
    may_be_negative: bool
    empty: int | None = None

    def parse(self, text: str) -> int | None:
        """Return a number in millionths, rounded half to even; what is empty as the style has it.

        Raises:
            CellError: the cell is no number of this style, or one that it may not have.
        """
        if is_no_value(text):
            return self.empty
        micros = to_micros(self.read(text))
        if abs(micros) > LARGEST_MICROS:
            raise CellError(f"'{shown(text)}' is too large.")
        if micros < 0 and not self.may_be_negative:
            raise CellError(f"'{shown(text)}' is negative.")
        return micros

    def read(self, text: str) -> Decimal:
        """Return a number as exactly as it is written.

        Raises:
            CellError: the cell is no number of this style.
        """
        written = split(text)
        core = read_core(written.core, self.mark) if written is not None else None
        if written is None or core is None:
            raise CellError(self._problem_of(text))
        if written.is_percent:
            raise CellError(f"'{shown(text)}' is a rate; map a column of amounts or counts.")
        self._refuse_other_currencies(text, written.currencies)
        if core.has_groups and core.whole.startswith("0"):
            raise CellError(self._problem_of(text))
        return _value_of(core, text).copy_negate() if written.is_negative else _value_of(core, text)

    def _refuse_other_currencies(self, text: str, codes: frozenset[str] | None) -> None:
        if codes is None or self.currency in codes:
            return
        if not self.currency:
            raise CellError(f"'{shown(text)}' is an amount of money; this is a count.")
        raise CellError(f"'{shown(text)}' is not in {self.currency}, as the mapping says.")

    def _problem_of(self, text: str) -> str:
        if len(text) > LONGEST and text.strip("0123456789.,-+") == "":
            return f"'{shown(text)}' is too large."
        other = COMMA if self.mark == POINT else POINT
        written = split(text)
        if written is not None and read_core(written.core, other) is not None:
            return (
                f"'{shown(text)}' is not written with {_NAMES[self.mark]},"
                " as other cells of the column are."
            )
        if text[0] in "=@+-":
            return f"'{shown(text)}' looks like a formula; write its value."
        return f"'{shown(text)}' is not a number."


def _value_of(core: Core, text: str) -> Decimal:
    if len(core.whole) > _LONGEST_DIGITS or len(core.places) > _LONGEST_DIGITS:
        raise CellError(f"'{shown(text)}' has too many digits.")
    try:
        return Decimal(f"{core.whole or 0}.{core.places or 0}e{core.exponent}")
    except InvalidOperation as error:
        raise CellError(f"'{shown(text)}' is not a number.") from error
