"""Whatever comes in has a largest size, field by field."""

from typing import Annotated, Any

import msgspec
import pytest
from django.urls import get_resolver
from msgspec import Meta, inspect

from apps.integrations.imports.reading import mapping
from omnify.services.messages import Message

MAPPINGS = (mapping.MetricsMapping, mapping.OrdersMapping, mapping.TouchpointsMapping)


def find_unbounded(message_type):
    """Each field of a message, and of those in it, that may be of any size."""
    left, seen = [("", inspect.type_info(message_type))], set()
    while left:
        where, shape = left.pop()
        shape, marks = inside(shape)
        if is_unbounded(shape, marks):
            yield where
        if not isinstance(shape, inspect.StructType) or shape.cls not in seen:
            seen.add(getattr(shape, "cls", None))
            left += parts(shape, where)


def inside(shape):
    """A type without what is said of it, and what that is."""
    marks = {}
    while isinstance(shape, inspect.Metadata):
        marks |= {**(shape.extra_json_schema or {}), **(shape.extra or {})}
        shape = shape.type
    return shape, marks


def is_unbounded(shape, marks):
    """Whether values of a type may be of any size."""
    match shape:
        case inspect.VarTupleType() | inspect.ListType() | inspect.DictType():
            return shape.max_length is None
        case inspect.StrType():
            return shape.max_length is None and shape.pattern is None and "choices" not in marks
        case inspect.IntType():
            return shape.ge is None or shape.le is None
    return False


def parts(shape, where):
    """The types that a type is made of."""
    match shape:
        case inspect.UnionType():
            return [(where, each) for each in shape.types]
        case inspect.StructType():
            name = shape.cls.__name__
            return [(f"{name}.{field.encode_name}", field.type) for field in shape.fields]
        case inspect.VarTupleType() | inspect.ListType():
            return [(f"{where}[]", shape.item_type)]
        case inspect.DictType():
            return [(f"{where} keys", shape.key_type), (f"{where} values", shape.value_type)]
    return []


def routes(patterns):
    """What every method of every view of ours declares."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns)
            continue
        view = getattr(pattern.callback, "cls", None)
        for name in ("get", "post", "put", "patch", "delete"):
            if route := getattr(getattr(view, name, None), "route", None):
                yield route


class TestMessages:
    def test_bound_whatever_comes_in(self):
        found = {each for route in routes(get_resolver().url_patterns) for each in taken(route)}

        assert len(found) > 30
        unbounded = {field for each in (*found, *MAPPINGS) for field in find_unbounded(each)}
        assert unbounded == set()


def taken(route):
    """The messages that a route takes."""
    return [each for each in (route.body, route.query) if each is not None]


class TestFindUnbounded:
    @pytest.mark.parametrize(
        "annotation",
        [
            str,
            int,
            Annotated[int, Meta(ge=1)],
            str | None,
            tuple[bool, ...],
            Annotated[tuple[str, ...], Meta(max_length=3)],
            Annotated[dict[str, bool], Meta(max_length=3)],
            dict[Annotated[str, Meta(max_length=3)], Any],
        ],
    )
    def test_sees(self, annotation):
        message_type = msgspec.defstruct("Sent", [("field", annotation)], bases=(Message,))

        assert list(find_unbounded(message_type))

    @pytest.mark.parametrize(
        "annotation",
        [
            Annotated[int, Meta(ge=1, le=9)] | None,
            Annotated[str, Meta(pattern="^[A-Z]{3}$")],
            Annotated[tuple[Annotated[str, Meta(max_length=3)], ...], Meta(max_length=3)],
        ],
    )
    def test_lets_pass(self, annotation):
        message_type = msgspec.defstruct("Sent", [("field", annotation)], bases=(Message,))

        assert list(find_unbounded(message_type)) == []
