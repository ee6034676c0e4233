"""The rules for messages, checked when a contract is imported."""

from __future__ import annotations

import enum
import types
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

import msgspec

#: A float that is a number: neither infinite nor NaN.
FiniteFloat = Annotated[float, msgspec.Meta(ge=-1.7976931348623157e308, le=1.7976931348623157e308)]
#: A datetime that knows its zone.
AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]

#: The mark of a field whose text opens something: it is shown once, and no answer with it is kept.
SECRET = msgspec.Meta(extra={"is_secret": True})

M = TypeVar("M", bound="Message")
_SCALARS = (str, int, bool, bytes, Decimal, date, UUID, type(None))


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all that crosses a service border: immutable, typed, compared by value."""


def as_message(message_type: type[M], row: object, **values: Any) -> M:
    """Return a message with a row's attributes; ``values`` are of fields that the row lacks.

    A field that is in neither has its default.

    Raises:
        msgspec.ValidationError: an attribute is missing, or is not of the field's type.
    """
    if not values:
        return msgspec.convert(row, message_type, from_attributes=True)
    given = {
        encoded: values[name] if name in values else getattr(row, name, msgspec.UNSET)
        for name, encoded in zip(
            message_type.__struct_fields__, message_type.__struct_encode_fields__, strict=True
        )
    }
    known = {encoded: value for encoded, value in given.items() if value is not msgspec.UNSET}
    return msgspec.convert(known, message_type, from_attributes=True)


def shows_secret(value: object) -> bool:
    """Tell whether a message, or one inside it, has a text in a field that is marked ``SECRET``."""
    if isinstance(value, tuple):
        return any(map(shows_secret, value))
    if not isinstance(value, msgspec.Struct):
        return False
    secrets = secret_fields(type(value))
    return any(
        bool(getattr(value, name)) if name in secrets else shows_secret(getattr(value, name))
        for name in value.__struct_fields__
    )


@cache
def secret_fields(message_type: type[msgspec.Struct]) -> frozenset[str]:
    """Return the names of the fields that are marked ``SECRET``."""
    hints = get_type_hints(message_type, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_secret(hint))


def _is_secret(hint: Any) -> bool:
    marks = getattr(hint, "__metadata__", ())
    is_marked = any((getattr(mark, "extra", None) or {}).get("is_secret") for mark in marks)
    return is_marked or any(_is_secret(part) for part in get_args(hint))


def find_type_problems(annotation: Any, where: str) -> Iterator[str]:
    """Name each part of a type that may not cross a service border, a sentence each."""
    yield from _walk(annotation, where, set())


def _walk(annotation: Any, where: str, seen: set[type]) -> Iterator[str]:
    if annotation in (AwareDatetime, FiniteFloat) or annotation in _SCALARS:
        return
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _walk(get_args(annotation)[0], where, seen)
    elif origin is Literal:
        return
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _walk(part, where, seen)
    elif origin is tuple:
        for part in get_args(annotation):
            if part is not Ellipsis:
                yield from _walk(part, where, seen)
    elif isinstance(annotation, type):
        yield from _walk_class(annotation, where, seen)
    else:
        yield f"{where}: {annotation!r} is not allowed; {_ALLOWED}"


def _walk_class(annotation: type, where: str, seen: set[type]) -> Iterator[str]:
    if issubclass(annotation, enum.Enum) or annotation in seen:
        return
    if annotation is float:
        yield f"{where}: a bare float may be infinite or NaN; use FiniteFloat or Decimal"
    elif annotation is datetime:
        yield f"{where}: a bare datetime may lack its zone; use AwareDatetime"
    elif not issubclass(annotation, msgspec.Struct):
        yield f"{where}: {annotation.__name__} is not allowed; {_ALLOWED}"
    elif not annotation.__struct_config__.frozen:
        yield f"{where}: {annotation.__name__} is mutable; derive it from Message (frozen=True)"
    else:
        seen.add(annotation)
        for name, hint in get_type_hints(annotation, include_extras=True).items():
            yield from _walk(hint, f"{where}.{name}", seen)


_ALLOWED = "messages are made of scalars, Decimal, dates, UUIDs, enums, tuples and frozen messages"
