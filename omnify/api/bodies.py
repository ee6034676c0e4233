"""Decode the bodies of requests, strictly: a text is JSON for every reader alike, or for none."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import IO, Any, Final, NoReturn

from rest_framework.parsers import BaseParser, JSONParser

from omnify.exceptions import InvalidInputError

Pairs = list[tuple[str, Any]]

#: Of values in each other; free JSON inside a message has fewer (``omnify.api.texts``).
MOST_LEVELS: Final = 64
#: Of values at all; as objects they take many times the memory of their text.
MOST_VALUES: Final = 50_000
#: Characters of a number.
_LONGEST_NUMBER: Final = 64
_SHOWN: Final = 32


class BodyParser(JSONParser):
    """Read a request's JSON as ``decode_json`` does."""

    def parse(self, stream: IO[bytes], *args: Any, **options: Any) -> Any:
        """Return the decoded body.

        Raises:
            InvalidInputError: as ``decode_json`` does.
        """
        return decode_json(stream.read())


class UnreadParser(BaseParser):
    """Leave a body of any type to the view, which wants its bytes."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the fields of a body whose bytes are all that counts: none."""
        return {}


def decode_json(
    text: bytes | str, *, read_object: Callable[[Pairs], dict[str, Any]] | None = None
) -> Any:
    """Return what a JSON text of UTF-8 says.

    Half surrogates are left to whoever checks the values, since only they know a field's name.

    Args:
        text: the JSON; its size is bounded before.
        read_object: makes an object of its keys and values; it may raise ``ValueError``.

    Raises:
        InvalidInputError: it is no JSON, has a number that is too long or larger than a float,
            or has more than ``MOST_LEVELS`` levels or ``MOST_VALUES`` values.
    """
    try:
        text = text if isinstance(text, str) else text.decode()
        _check_width(text)
        decoded = json.loads(
            text,
            object_pairs_hook=read_object,
            parse_constant=_refuse_constant,
            parse_float=_read_float,
            parse_int=_read_integer,
        )
    except UnicodeDecodeError as error:
        _refuse(f"byte {error.start} is not UTF-8")
    except ValueError as error:
        _refuse(str(error))
    except RecursionError:
        _refuse_depth()
    _check_depth(decoded)
    return decoded


def _check_width(text: str) -> None:
    """Refuse what may hold too many values; nothing is decoded, so marks in texts count too."""
    if sum(map(text.count, ",[{")) >= MOST_VALUES:
        raise ValueError(f"it has too many values; at most {MOST_VALUES} are read")


def _check_depth(decoded: Any) -> None:
    level = [[decoded]]
    for _ in range(MOST_LEVELS + 1):
        level = [
            list(child.values()) if isinstance(child, dict) else child
            for each in level
            for child in each
            if isinstance(child, dict | list)
        ]
    if level:
        _refuse_depth()


def _read_integer(digits: str) -> int:
    _check_length(digits)
    return int(digits)


def _read_float(digits: str) -> float:
    _check_length(digits)
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is larger than a number can be")
    return number


def _check_length(digits: str) -> None:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(
            f"the number {digits[:_SHOWN]}… has {len(digits)} characters;"
            f" at most {_LONGEST_NUMBER} are read"
        )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _refuse_depth() -> NoReturn:
    _refuse(f"it is nested too deep; at most {MOST_LEVELS} levels are read")


def _refuse(problem: str) -> NoReturn:
    raise InvalidInputError(f"This cannot be read as JSON: {problem}.", errors=[])
