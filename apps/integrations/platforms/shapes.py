"""Read what platforms answer as what their vendors document."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

import msgspec

from apps.integrations.platforms.refusals import MalformedError
from omnify.money import LARGEST_MICROS, from_micros, to_micros

T = TypeVar("T")
_LARGEST: Final = from_micros(LARGEST_MICROS)


def read_as(kind: type[T], body: Any) -> T:
    """Return an answer as a message of a kind; fields that the kind does not have are left out.

    Raises:
        MalformedError: it is none; says where, and repeats nothing of it.
    """
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise MalformedError(f"The platform's answer is not as documented: {error}.") from None


def read_micros(number: float | str) -> int:
    """Return a number of JSON, or a text of one, in millionths, as its digits say.

    Raises:
        MalformedError: it is no number that can be kept.
    """
    try:
        value = Decimal(str(number))
    except InvalidOperation:
        raise MalformedError("The platform's answer has a text where a number belongs.") from None
    if not (value.is_finite() and abs(value) <= _LARGEST):
        raise MalformedError("The platform's answer has a number that is too large to be true.")
    return to_micros(value)
