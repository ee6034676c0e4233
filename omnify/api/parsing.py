"""Read a message from what a client sent, and name everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, singledispatchmethod
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from django.http import QueryDict
from msgspec import inspect

from omnify.api import texts
from omnify.exceptions import InvalidInputError
from omnify.services.messages import AwareDatetime, Message

M = TypeVar("M", bound=Message)
Marks = dict[str, Any]

#: So many errors are told; ``error_count`` has the number of all.
MOST_ERRORS: Final = 50
_BAD: Final = object()
_MOST_DIGITS: Final = 19
_TRUTHS: Final = {"true": True, "false": False}


def parse(message_type: type[M], data: Any) -> M:
    """Return the message that a decoded JSON body, or a form, amounts to.

    Raises:
        InvalidInputError: ``errors`` has field, message and code of up to ``MOST_ERRORS`` problems,
            ``error_count`` the number of all; a part of a form that is there twice is one of them.
    """
    reader, shape = _Reader(), _shape_of(message_type)
    if isinstance(data, QueryDict):
        data = reader.read_once(shape, data.lists(), "part")
    found = reader.read(shape, data, "")
    reader.refuse_errors()
    return found  # type: ignore[no-any-return]


def parse_parameters(
    message_type: type[M], parameters: QueryDict, *, others: Iterable[str] = ()
) -> M:
    """Return the message that query parameters amount to; numbers and truth values are texts there.

    ``others`` names parameters that somebody else reads.

    Raises:
        InvalidInputError: as ``parse`` does, also for a parameter that is there twice.
    """
    reader = _Reader(holds_texts=True)
    shape = _shape_of(message_type)
    own = ((name, values) for name, values in parameters.lists() if name not in others)
    found = reader.read(shape, reader.read_once(shape, own, "parameter"), "")
    reader.refuse_errors()
    return found  # type: ignore[no-any-return]


def has_files(message_type: type[Message]) -> bool:
    """Return whether a message has parts that are files, and so comes as a form."""
    return any(
        isinstance(field.type, inspect.Metadata)
        and (field.type.extra_json_schema or {}).get("format") == "binary"
        for field in _shape_of(message_type).fields
    )


@cache
def _shape_of(message_type: type[Message]) -> inspect.StructType:
    shape = inspect.type_info(message_type)
    if not isinstance(shape, inspect.StructType):
        raise TypeError(f"{message_type} is no message")
    return shape


def _is_list(shape: inspect.Type) -> bool:
    while isinstance(shape, inspect.Metadata):
        shape = shape.type
    return isinstance(shape, inspect.VarTupleType | inspect.ListType)


class _Reader:
    """Walks through a value beside the type it should have; collects what does not fit."""

    def __init__(self, *, holds_texts: bool = False) -> None:
        self.errors: list[dict[str, str]] = []
        self.error_count = 0
        self._holds_texts = holds_texts

    def refuse(self, field: str, code: str, message: str) -> Any:
        """Note a problem."""
        self.error_count += 1
        if self.error_count <= MOST_ERRORS:
            self.errors.append({"field": field, "message": message, "code": code})
        return _BAD

    def refuse_errors(self) -> None:
        """Raise what was noted."""
        if self.errors:
            raise InvalidInputError(errors=self.errors, error_count=self.error_count)

    def read_once(
        self, shape: inspect.StructType, given: Iterable[tuple[str, list[Any]]], what: str
    ) -> dict[str, Any]:
        """Return the one value of each name, or all where the message has a list."""
        lists = {field.encode_name for field in shape.fields if _is_list(field.type)}
        data: dict[str, Any] = {}
        for name, values in given:
            if name not in lists and len(values) > 1:
                self.refuse(texts.printable(name), "repeated", f"Give this {what} once.")
            data[name] = values if name in lists or not values else values[-1]
        return data

    def read(self, shape: inspect.Type, value: Any, path: str) -> Any:
        """Return the value as the type has it, ``_BAD`` after a problem."""
        marks: Marks = {}
        while isinstance(shape, inspect.Metadata):
            marks = {**(shape.extra_json_schema or {}), **(shape.extra or {}), **marks}
            shape = shape.type
        if isinstance(shape, inspect.UnionType):
            return self._read_union(shape, marks, value, path)
        if value is None and not isinstance(shape, inspect.AnyType):
            return self.refuse(path, "null", "This field may not be null.")
        return self._read(shape, marks, value, path)

    @singledispatchmethod
    def _read(self, shape: inspect.Type, _marks: Marks, value: Any, path: str) -> Any:
        """Read what msgspec reads from a text: a UUID, a day, a time, a member."""
        if not isinstance(value, str):
            return self.refuse(path, "invalid", f"Expected a text, not {_kind_of(value)}.")
        leaf, what, code = _leaf_of(shape)
        try:
            return _in_utc(msgspec.convert(value, leaf))
        except (msgspec.ValidationError, UnicodeEncodeError, OverflowError):
            return self.refuse(path, code, f"'{texts.printable(value)}' is not {what}.")

    def _read_union(self, shape: inspect.UnionType, marks: Marks, value: Any, path: str) -> Any:
        if value is None and shape.includes_none:
            return None
        parts = [each for each in shape.types if not isinstance(each, inspect.NoneType)]
        # Of several, one at most is an object.
        is_object = isinstance(value, Mapping)
        fitting = (each for each in parts if isinstance(each, inspect.StructType) == is_object)
        one = next(fitting, parts[0])
        marked = inspect.Metadata(one, extra=marks) if marks else one
        return self.read(marked, value, path)

    @_read.register
    def _read_struct(self, shape: inspect.StructType, _marks: Marks, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            return self.refuse(path, "invalid", f"Expected an object, not {_kind_of(value)}.")
        problems = self.error_count
        known = {field.encode_name: field for field in shape.fields}
        unknown = [name for name in value if name not in known]
        for name in unknown[:MOST_ERRORS]:
            self._refuse_unknown(str(name), known, path)
        self.error_count += len(unknown[MOST_ERRORS:])
        values = {}
        for name, field in known.items():
            if name in value:
                values[field.name] = self.read(field.type, value[name], _below(path, name))
            elif field.required:
                self.refuse(_below(path, name), "required", "This field is required.")
        if self.error_count > problems:
            return _BAD
        try:
            return shape.cls(**values)
        except ValueError as error:
            return self.refuse(path, "invalid", str(error))

    def _refuse_unknown(self, name: str, known: Iterable[str], path: str) -> None:
        there_are = f"known are {', '.join(known)}" if known else "none is known here"
        what = "parameter" if self._holds_texts else "field"
        shown = name[:64].encode("utf-8", "replace").decode()
        self.refuse(_below(path, shown), "unknown", f"There is no such {what}; {there_are}.")

    @_read.register
    def _read_list(
        self,
        shape: inspect.VarTupleType | inspect.ListType,
        _marks: Marks,
        value: Any,
        path: str,
    ) -> Any:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            return self.refuse(path, "not_a_list", f"Expected a list, not {_kind_of(value)}.")
        if not self._has_length(shape, len(value), "elements", path):
            return _BAD
        items = [
            self.read(shape.item_type, item, _below(path, str(position)))
            for position, item in enumerate(value)
        ]
        return _BAD if _BAD in items else tuple(items)

    @_read.register
    def _read_map(self, shape: inspect.DictType, _marks: Marks, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            return self.refuse(path, "not_a_dict", f"Expected an object, not {_kind_of(value)}.")
        if not self._has_length(shape, len(value), "entries", path):
            return _BAD
        keys: Any = shape.key_type  # names, in all messages
        for key in value:
            for code, message in texts.find_problems(key, keys, {}):
                return self.refuse(path, code, message)
        items = {
            key: self.read(shape.value_type, item, _below(path, str(key)))
            for key, item in value.items()
        }
        return _BAD if any(item is _BAD for item in items.values()) else items

    def _has_length(self, shape: Any, length: int, what: str, path: str) -> bool:
        """Check the number of children before any of them is looked at."""
        if shape.max_length is not None and length > shape.max_length:
            message = f"There are {length} {what}; at most {shape.max_length} are allowed."
            self.refuse(path, "max_length", message)
            return False
        if shape.min_length is not None and length < shape.min_length:
            message = f"There are {length} {what}; at least {shape.min_length} are needed."
            self.refuse(path, "min_length", message)
            return False
        return True

    @_read.register
    def _read_text(self, shape: inspect.StrType, marks: Marks, value: Any, path: str) -> Any:
        if not isinstance(value, str):
            return self.refuse(path, "invalid", "Not a valid string.")
        text = texts.clean(value, marks)
        for code, message in texts.find_problems(text, shape, marks):
            return self.refuse(path, code, message)
        return text

    @_read.register
    def _read_number(self, shape: inspect.IntType, _marks: Marks, value: Any, path: str) -> Any:
        if self._holds_texts:
            value = _integer_in(value)
        if isinstance(value, float) and value.is_integer():  # 75.0 is an integer in JSON Schema
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            return self.refuse(path, "invalid", "A valid integer is required.")
        if shape.ge is not None and value < shape.ge:
            return self.refuse(path, "min_value", f"Give {shape.ge} or more.")
        if shape.le is not None and value > shape.le:
            return self.refuse(path, "max_value", f"Give {shape.le} or less.")
        return value

    @_read.register
    def _read_choice(self, shape: inspect.LiteralType, _marks: Marks, value: Any, path: str) -> Any:
        """Read one of some texts and numbers; in parameters numbers are texts too."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        known = {(type(each), each): each for each in shape.values}
        if self._holds_texts:
            known |= {(str, str(each)): each for each in shape.values}
        if not isinstance(value, Mapping | list) and (type(value), value) in known:
            return known[type(value), value]
        if not isinstance(value, str) and all(isinstance(each, str) for each in shape.values):
            return self.refuse(path, "invalid", f"Expected a text, not {_kind_of(value)}.")
        choices = ", ".join(str(each) for each in shape.values)
        said = texts.printable(str(value))
        return self.refuse(path, "invalid_choice", f"'{said}' is not one of {choices}.")

    @_read.register
    def _read_decimal(
        self, _shape: inspect.DecimalType, _marks: Marks, value: Any, path: str
    ) -> Any:
        """Read a decimal from a text, or from a number, of which JSON keeps 17 digits."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return self.refuse(path, "invalid", f"Expected a decimal, not {_kind_of(value)}.")
        text = str(value)
        if len(text) > _MOST_DECIMAL or not _DECIMAL.fullmatch(text):
            said = texts.printable(text)
            return self.refuse(path, "invalid", f"'{said}' is not a decimal such as 1.0853.")
        return Decimal(text)

    @_read.register
    def _read_truth(self, _shape: inspect.BoolType, _marks: Marks, value: Any, path: str) -> Any:
        if self._holds_texts:
            value = _TRUTHS.get(value)
        if not isinstance(value, bool):
            return self.refuse(path, "invalid", "Must be true or false.")
        return value

    @_read.register
    def _read_any(self, _shape: inspect.AnyType, marks: Marks, value: Any, path: str) -> Any:
        if marks.get("format") == "binary" and not hasattr(value, "read"):
            return self.refuse(path, "invalid", "Send a file in this part.")
        for code, message in texts.find_json_problems(value):
            return self.refuse(path, code, message)
        return value


#: The longest text of a decimal, and how it is written.
_MOST_DECIMAL: Final = 60
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")


def _leaf_of(shape: inspect.Type) -> tuple[Any, str, str]:
    """Return the type, what a value of it is called, and the code of a refusal."""
    if isinstance(shape, inspect.EnumType):
        choices = ", ".join(str(member.value) for member in shape.cls)
        return shape.cls, f"one of {choices}", "invalid_choice"
    return _LEAVES[type(shape)]


_LEAVES: Final[dict[type, tuple[Any, str, str]]] = {
    inspect.UUIDType: (UUID, "a valid UUID", "invalid"),
    inspect.DateType: (date, "a day such as 2026-11-29", "invalid"),
    inspect.DateTimeType: (AwareDatetime, "a time with its zone: 2026-11-29T12:00:00Z", "invalid"),
}


def _in_utc(value: Any) -> Any:
    """Return a time in UTC, and other values as they are; the first and last hours have none."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _integer_in(value: Any) -> Any:
    """Return the number that a query parameter has, or what it has instead."""
    text = value if isinstance(value, str) else ""
    is_number = text.removeprefix("-").isdecimal() and text.isascii() and len(text) < _MOST_DIGITS
    return int(text) if is_number else value


def _kind_of(value: Any) -> str:
    """Return what JSON calls a value."""
    kinds = {str: "a text", bool: "true or false", int: "a number", float: "a number"}
    if isinstance(value, Mapping):
        return "an object"
    return kinds.get(type(value), "null" if value is None else "a list")
