"""Orders as layers keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

import msgspec

from apps.integrations.connections.models import Connection
from apps.integrations.imports.layers.claims import Claim
from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.layers.kinds import Key, Part, Row
from apps.integrations.imports.layers.wholes import WholeKind
from apps.integrations.imports.messages import Removed
from apps.integrations.metrics.queries import read_spellings
from apps.integrations.orders.models import Order
from omnify.names import fold

#: How the key of an order begins that is identified by its number, and that of its refund.
NUMBERED: Final = "+"
NUMBERED_REFUND: Final = "-"


class KeptOrder(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An order, or a refund of a day of its own; ``key`` is a hash of what identifies it."""

    key: str
    number: str
    date: dt.date
    at: dt.datetime | None
    customer: str
    channel: str
    revenue: int | None
    quantity: int | None
    discount: int | None
    refund: int | None
    refund_date: dt.date | None
    status: str
    is_new_customer: bool | None
    is_refund: bool

    @property
    def is_numbered(self) -> bool:
        """Tell whether its number identifies it; a refund of its own has a number of an order."""
        return self.key.startswith(NUMBERED)


class OrdersKind(WholeKind[KeptOrder]):
    """Orders of a connection: the last file to cover a day has all of its orders.

    An order with a number is one order, whatever its day: the last file with the number has it.
    """

    name = "orders"
    value_type = KeptOrder
    row_type = Order
    columns: ClassVar = (
        *("key", "ordinal", "date", "number", "at", "customer", "channel", "currency"),
        *("revenue_micros", "quantity_micros", "discount_micros", "refund_micros"),
        *("refund_date", "status", "is_new_customer", "is_refund"),
    )
    key_length = 3

    def __init__(self, connection: Connection | None) -> None:
        self._spelled = read_spellings(connection)

    @staticmethod
    def channels_of(value: KeptOrder) -> Iterable[str]:
        """Return the channel of an order."""
        return (value.channel,)

    def key_of(self, value: KeptOrder) -> Key:
        """Return what identifies an order of its day, the first if there are alike ones."""
        return (value.key, 0, value.date)

    def reduce(self, value: KeptOrder, claim: Claim) -> KeptOrder | None:
        """Return an order if no later file has it on another day."""
        return None if value.key in claim.keys else value

    def rows_of(self, key: Key, parts: Sequence[Part[KeptOrder]]) -> Iterator[tuple[Key, Row]]:
        """Yield the alike orders of a day, which are all of one layer, each with its number."""
        for ordinal, (order, currency, _) in enumerate(parts):
            own_key = (order.key, ordinal, order.date)
            names = (order.number, order.at, order.customer, self._spell(order.channel), currency)
            numbers = (order.revenue, order.quantity, order.discount, order.refund)
            flags = (order.refund_date, order.status, order.is_new_customer, order.is_refund)
            yield own_key, (*own_key, *names, *numbers, *flags)

    @staticmethod
    def entity_of(key: Key) -> Key:
        """Return what identifies an order, whatever its day."""
        return key[:1]

    @staticmethod
    def span_of(key: Key) -> Span:
        """Return the day of an order, twice."""
        return key[2], key[2]

    def describe(self, row: Row, measures: tuple[str, ...], days: Span, count: int) -> Removed:
        """Return what is said of an order that an import takes away."""
        names = dict(zip(self.columns, row, strict=True))
        return Removed(
            level="order",
            channel=names["channel"],
            order=names["number"],
            measures=measures,
            first_date=days[0],
            last_date=days[1],
            days=count,
        )

    def _spell(self, channel: str) -> str:
        return self._spelled.get(fold(channel), channel) if channel else ""
