"""Read what platforms answer as what their vendors document."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

import msgspec

from apps.integrations.platforms.refusals import MalformedError
from omnify.money import LARGEST_MICROS, from_micros, to_micros

T = TypeVar("T")
_LARGEST: Final = from_micros(LARGEST_MICROS)
_MICROS: Final = 1_000_000
#: Digits of a whole number whose millionths fit a column in any case.
_SHORT: Final = 12
#: Fewer millionths than this have at most 15 digits, of which a double keeps each.
_EXACT_MICROS: Final = 10**15


def read_as(kind: type[T], body: Any) -> T:
    """Return an answer as a message of a kind; fields that the kind does not have are left out.

    Raises:
        MalformedError: it is none; says where, and repeats nothing of it.
    """
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise _explain(error) from None


def decode_as(kind: type[T], text: bytes) -> T:
    """Return a text of JSON as a message of a kind, in one pass; raises as ``read_as`` does."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise _explain(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("The platform's answer is not JSON, or is cut.") from error


def read_micros(number: float | str) -> int:
    """Return a number of JSON, or a text of one, in millionths, as its digits say.

    Raises:
        MalformedError: it is no number that can be kept.
    """
    if (micros := _read_plain(number)) is not None:
        return micros
    try:
        value = Decimal(str(number))
    except InvalidOperation:
        raise MalformedError("The platform's answer has a text where a number belongs.") from None
    if not (value.is_finite() and abs(value) <= _LARGEST):
        raise MalformedError("The platform's answer has a number that is too large to be true.")
    return to_micros(value)


def _read_plain(number: float | str) -> int | None:
    """Return the millionths of a number as most are, whole or of few digits; None of others."""
    if isinstance(number, float):
        return _read_short(number)
    is_whole = number.isascii() and number.isdigit() if isinstance(number, str) else True
    if isinstance(number, bool) or not is_whole or len(str(number)) > _SHORT:
        return None
    return int(number) * _MICROS


def _read_short(number: float) -> int | None:
    micros = round(number * _MICROS) if abs(number) * _MICROS < _EXACT_MICROS else None
    # Of so few digits no other number is written as this double.
    return micros if micros is not None and micros / _MICROS == number else None


def _explain(error: msgspec.ValidationError) -> MalformedError:
    return MalformedError(f"The platform's answer is not as documented: {error}.")
