"""Every method of every contract answers or refuses values at the ends of their types."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from msgspec import inspect, msgpack
from uuid_utils.compat import uuid7

from omnify.context import Context
from omnify.exceptions import OmnifyError
from omnify.services.invocation import implementations, invoke
from omnify.services.registry import manifests
from tests.architecture.test_message_bounds import inside
from tests.world import import_file

pytestmark = [pytest.mark.django_db, pytest.mark.servers]

#: Values at the ends of a type, some beyond it.
EDGES = {
    inspect.StrType: ["", "a", "\0", "x" * 70_000, "\uffff", "9999-99-99", 7],
    inspect.IntType: [0, -1, 2**31, 2**63 - 1, -(2**63), 2**64 - 1, 1.5],
    inspect.BoolType: [True, "yes"],
    inspect.BytesType: [b"", b"\xff"],
    inspect.DecimalType: [Decimal(0), Decimal("1e400"), Decimal("NaN"), Decimal("-Infinity")],
    inspect.DateType: [date.min, date.max, "0000-01-01"],
    inspect.DateTimeType: [
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        "0001-01-01T00:00:00+14:00",
    ],
    inspect.UUIDType: [UUID(int=0), "no id"],
    inspect.NoneType: [None],
}
#: What arguments are otherwise, by name: so that each value comes as far as it can.
USUAL = {
    "amount": 1,
    "currencies": ["USD"],
    "currency": "EUR",
    "dimensions": ["channel"],
    "from_date": date(2019, 1, 7),
    "kind": "campaigns",
    "measures": ["spend", "blended_roas"],
    "target": "EUR",
    "to_date": date(2019, 11, 11),
}


def values_of(shape):
    """Values of a type, the first of them a usual one."""
    shape, _ = inside(shape)
    match shape:
        case inspect.UnionType():
            return [value for each in shape.types for value in values_of(each)]
        case inspect.LiteralType() | inspect.EnumType():
            known = getattr(shape, "values", None) or [each.value for each in shape.cls]
            return [*known, "other"]
        case inspect.StructType():
            return messages_of(shape)
        case inspect.VarTupleType():
            one, *others = values_of(shape.item_type)
            return [[], [one], [one] * 3000, *([each] for each in others)]
    return EDGES[type(shape)]


def messages_of(shape):
    """Messages of a type: a usual one, and others with one field changed each."""
    choices = {field.encode_name: values_of(field.type) for field in shape.fields}
    needed = [field.encode_name for field in shape.fields if field.required]
    names = [*needed, *(name for name in choices if name in USUAL)]
    usual = {name: USUAL.get(name, choices[name][0]) for name in names}
    changed = [{**usual, name: value} for name, values in choices.items() for value in values]
    return [usual, *changed]


def methods():
    """The methods of every service, by service and name."""
    return [(service, name) for service in manifests() for name in implementations(service)]


@pytest.fixture
def context_of(registered, make_principal):
    """Makes contexts of the owner of an organization with data, each with a key of its own."""
    import_file(registered)
    organization_id = UUID(registered.answer["organization"]["id"])
    principal = msgspec.structs.replace(
        make_principal(organization_id=organization_id),
        user_id=UUID(registered.answer["user"]["id"]),
    )

    def make():
        key = str(uuid7())
        return Context(principal=principal, organization_id=organization_id, idempotency_key=key)

    return make


class TestArguments:
    def test_never_fail(self, context_of):
        failed, count = [], 0
        for service, name in methods():
            compiled, *_ = implementations(service)[name]
            for arguments in messages_of(inspect.type_info(compiled.arguments)):
                count += 1
                try:
                    invoke(service, name, context_of(), msgpack.encode(arguments))
                except OmnifyError as error:
                    if error.status >= 500:
                        failed.append((service, name, f"{arguments}"[:200], error.code))

        assert failed == []
        assert count > 200
