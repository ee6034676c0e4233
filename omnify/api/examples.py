"""Examples of messages for the OpenAPI document, made from what the messages say of themselves."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import inspect

from omnify.services.messages import Message

_EXAMPLES: Final[dict[type, Any]] = {
    inspect.UUIDType: "019ab5c2-7d3e-7c41-9f0a-5b1c2d3e4f50",
    inspect.DateType: "2026-11-29",
    inspect.DateTimeType: "2026-11-29T12:00:00Z",
    inspect.DecimalType: "12.50",
    inspect.BoolType: True,
    inspect.FloatType: 0.5,
    inspect.NoneType: None,
    inspect.AnyType: {},
    inspect.DictType: {},
}


def example_of(message_type: type[Message]) -> Any:
    """Return an example as JSON has it: a field's own example, else its default, else by type."""
    return _example(inspect.type_info(message_type), "")


def _example(shape: inspect.Type, name: str) -> Any:
    marks: dict[str, Any] = {}
    while isinstance(shape, inspect.Metadata):
        marks = {**(shape.extra_json_schema or {}), **marks}
        shape = shape.type
    if marks.get("examples"):
        return msgspec.to_builtins(marks["examples"][0])
    if marks.get("enum"):
        return marks["enum"][0]
    match shape:
        case inspect.UnionType():
            return _example(shape.types[0], name)
        case inspect.StructType():
            return {field.encode_name: _of_field(field) for field in shape.fields}
        case inspect.VarTupleType() | inspect.ListType():
            return [_example(shape.item_type, name)]
        case _:
            return _of_leaf(shape, name)


def _of_field(field: inspect.Field) -> Any:
    if field.default not in (msgspec.NODEFAULT, msgspec.UNSET, None, "", ()):
        return msgspec.to_builtins(field.default)
    return _example(field.type, field.encode_name)


def _of_leaf(shape: inspect.Type, name: str) -> Any:
    if isinstance(shape, inspect.LiteralType):
        return shape.values[0]
    if isinstance(shape, inspect.EnumType):
        return next(iter(shape.cls)).value
    if isinstance(shape, inspect.IntType):
        return max(shape.ge or 1, 1)
    if isinstance(shape, inspect.StrType):
        return name.replace("_", " ") or "text"
    return _EXAMPLES[type(shape)]
