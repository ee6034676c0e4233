"""What a text of a message has to be: its length, its characters, its format."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from msgspec import inspect

from omnify.money import CURRENCIES
from omnify.names import clean_name, find_name_problem

_SHOWN = 64
#: Of free JSON: values in each other, values at all, and characters of a text.
_MOST_LEVELS, _MOST_VALUES, _LONGEST_TEXT = 32, 1000, 20_000
_NAME: Final = "name"


def clean(text: str, marks: dict[str, Any]) -> str:
    """Return a text without spaces around it, and a name in its one form, unless it is verbatim."""
    if marks.get("is_verbatim"):
        return text
    return clean_name(text) if marks.get("format") == _NAME else text.strip()


def find_problems(
    text: str, shape: inspect.StrType, marks: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield code and message of each problem of a text, the plainest first."""
    yield from _check_characters(text)
    if shape.min_length and not text:
        yield "blank", "This field may not be blank."
    if shape.min_length and len(text) < shape.min_length:
        yield "min_length", f"Give at least {shape.min_length} characters."
    if shape.max_length is not None and len(text) > shape.max_length:
        yield (
            "max_length",
            f"Give at most {shape.max_length} characters, not {len(text)}.",
        )
    choices = marks.get("choices")
    if choices is not None and text not in choices:
        yield "invalid_choice", f"'{printable(text)}' is not one of {', '.join(choices)}."
    if shape.pattern is not None and not re.search(shape.pattern, text):
        yield "invalid", f"'{printable(text)}' does not match {shape.pattern}."
    check = _FORMATS.get(marks.get("format", ""))
    if check is not None and text:
        yield from check(text)


def find_json_problems(value: Any) -> Iterator[tuple[str, str]]:
    """Yield code and message of what is not taken of free JSON, keys included."""
    level, count = [value], 0
    for _ in range(_MOST_LEVELS):
        count += len(level)
        if count > _MOST_VALUES:
            yield "max_length", f"Give at most {_MOST_VALUES} values."
            return
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                yield from _check_free_text(each)
            elif isinstance(each, Mapping):
                below += [*each, *each.values()]
            elif isinstance(each, list):
                below += each
        level = below
    if level:
        yield "max_depth", f"Nest values in at most {_MOST_LEVELS} levels."


def _check_free_text(text: str) -> Iterator[tuple[str, str]]:
    if len(text) > _LONGEST_TEXT:
        yield "max_length", f"Give texts of at most {_LONGEST_TEXT} characters, not {len(text)}."
    yield from _check_characters(text)


def printable(text: str) -> str:
    """Return a text's beginning as a message can repeat it."""
    return text[:_SHOWN].encode("utf-8", "replace").decode()


def _check_characters(text: str) -> Iterator[tuple[str, str]]:
    if "\x00" in text:
        yield "null_characters_not_allowed", "Null characters are not allowed."
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield "surrogate_characters_not_allowed", "Half surrogates are not allowed."


def _check_email(text: str) -> Iterator[tuple[str, str]]:
    try:
        validate_email(text)
    except ValidationError:
        yield "invalid", "Enter a valid e-mail address."


def _check_address(text: str) -> Iterator[tuple[str, str]]:
    try:
        URLValidator()(text)
    except ValidationError:
        yield "invalid", "Enter a valid web address, with https://."


def _check_time_zone(text: str) -> Iterator[tuple[str, str]]:
    if text not in zoneinfo.available_timezones():
        yield "invalid", f"'{printable(text)}' is not an IANA time zone."


def _check_name(text: str) -> Iterator[tuple[str, str]]:
    if problem := find_name_problem(text):
        yield "invalid", problem


def _check_currency(text: str) -> Iterator[tuple[str, str]]:
    if text not in CURRENCIES:
        yield "invalid", f"'{printable(text)}' is not a currency's code of ISO 4217, such as EUR."


_FORMATS: Final[dict[str, Callable[[str], Iterator[tuple[str, str]]]]] = {
    "email": _check_email,
    "uri": _check_address,
    "iana-time-zone": _check_time_zone,
    "iso-4217": _check_currency,
    _NAME: _check_name,
}
