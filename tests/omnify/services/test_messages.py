"""Every message of every contract and event is the same after a journey over the wire."""

import enum
import types
from datetime import UTC, date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnify.api.contracts import contracts, events, result_type
from omnify.events.messages import encode_payload
from omnify.services.messages import AwareDatetime, FiniteFloat, Message, as_message

#: The largest integers that MessagePack carries.
_INTEGERS = st.integers(min_value=-(2**63), max_value=2**64 - 1)
SCALARS = {
    str: st.text(),
    int: _INTEGERS,
    bool: st.booleans(),
    bytes: st.binary(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    UUID: st.uuids(),
    None: st.none(),
    types.NoneType: st.none(),
    # The wire tells moments in UTC, whatever zone they were written in.
    AwareDatetime: st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0)),
    FiniteFloat: st.floats(allow_nan=False, allow_infinity=False),
}


def values_of(annotation: Any) -> st.SearchStrategy:
    """Any value of a type that may cross a border."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    origin = get_origin(annotation)
    if origin in COMPOSED:
        return COMPOSED[origin](annotation, get_args(annotation))
    if issubclass(annotation, enum.Enum):
        return st.sampled_from(annotation)
    return messages_of(annotation)


@cache
def messages_of(message):
    """Any message of a type; the same strategy each time, which learns once how to draw one."""
    return st.deferred(lambda: st.builds(message, **fields_of(message)))


def tuples_of(_annotation, parts):
    if parts[1:] == (...,):
        return st.lists(values_of(parts[0]), max_size=3).map(tuple)
    return st.tuples(*map(values_of, parts))


def one_of(_annotation, parts):
    return st.one_of(*map(values_of, parts))


def limited(annotation, parts):
    return values_of(parts[0]).filter(lambda value: fits(value, annotation))


COMPOSED = {
    tuple: tuples_of,
    Union: one_of,
    types.UnionType: one_of,
    Annotated: limited,
    Literal: lambda _annotation, parts: st.sampled_from(parts),
}


def fields_of(message):
    hints = get_type_hints(message, include_extras=True)
    return {name: values_of(hints[name]) for name in message.__struct_fields__}


def fits(value, annotation):
    try:
        msgspec.convert(value, annotation)
    except msgspec.ValidationError:
        return False
    return True


def types_on_the_wire():
    """Arguments and result of each method, by name."""
    for place, contract in contracts().items():
        for name, method in contract.methods.items():
            yield f"{place}.{name}(…)", method.arguments
            yield f"{place}.{name}() -> …", result_type(method)


def refuse_change(annotation, value):
    """Fail when a value is another one after a journey, or of another type in any place."""
    decoded = msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=annotation)

    assert decoded == value
    # Equality alone takes 1 for True and 1.0 for 1.00.
    assert repr(decoded) == repr(value)


WIRE = dict(types_on_the_wire())


class TestEveryMessage:
    @pytest.mark.parametrize("place", WIRE)
    @settings(
        max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(data=st.data())
    def test_is_the_same_after_a_journey(self, place, data):
        refuse_change(WIRE[place], data.draw(values_of(WIRE[place])))


class TestEveryEvent:
    @pytest.mark.parametrize("topic", events())
    @settings(
        max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(data=st.data())
    def test_is_the_same_after_a_journey(self, topic, data):
        event = events()[topic]
        published = data.draw(values_of(event))

        assert msgspec.json.decode(encode_payload(published), type=event) == published


class TestRefuseChange:
    def test_sees_a_value_that_loses_something(self):
        class Loose(Message):
            at: Any

        with pytest.raises(AssertionError):
            refuse_change(Loose, Loose(at=(1, 2)))


class Span(Message, rename={"first": "from"}):
    first: int
    length: int
    note: str = "none"


class TestAsMessage:
    def test_takes_a_row_s_attributes(self):
        row = types.SimpleNamespace(first=1, length=2)

        assert as_message(Span, row) == Span(first=1, length=2)

    def test_takes_values_of_fields_that_the_row_lacks_by_the_name_in_code(self):
        row = types.SimpleNamespace(length=2)

        assert as_message(Span, row, first=1) == Span(first=1, length=2, note="none")

    def test_refuses_a_row_that_lacks_a_field(self):
        with pytest.raises(msgspec.ValidationError, match="from"):
            as_message(Span, types.SimpleNamespace(), length=2)
