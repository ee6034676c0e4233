"""Which column of a file is what: the mapping that people post with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from apps.integrations.imports.reading.measures import CHANNEL_FIELDS, FIELDS, OWN_FIELDS
from omnify.api.fields import CurrencyCode
from omnify.money import CURRENCIES
from omnify.services.messages import Message

_MOST_CHANNELS: Final = 100
_MOST_CURRENCIES: Final = 500
MAX_NAME: Final = 64
METRICS, ORDERS, TOUCHPOINTS, RATES = "metrics", "orders", "touchpoints", "rates"

#: A column, by the name that the file's header gives it.
Column = Annotated[str, Meta(min_length=1, max_length=500)]
#: A name that people read: checked apart, since its problems are many.
Name = Annotated[str, Meta(max_length=500)]


class Channel(Message):
    """A marketing channel of a wide file, without the fields that hold its columns."""

    name: Name

    def columns(self) -> dict[str, str]:
        """Return the mapped columns by measure."""
        fields = ((measure, getattr(self, field)) for field, measure in CHANNEL_FIELDS.items())
        return {measure: column for measure, column in fields if column}


class Mapping(Message):
    """What the mappings of all kinds say.

    Attributes:
        source: files of one source continue and correct each other.
        currency: a code of ISO 4217, or the column that holds it.
        sheet: which sheet of a workbook; by default the first.
        options: how to read what could be read in several ways: by column, or for all.
    """

    source: Name = "csv"
    brand_id: UUID | None = None
    sheet: Annotated[str, Meta(max_length=100)] | None = None
    options: Annotated[dict[Column, Any], Meta(max_length=1000)] = msgspec.field(
        default_factory=dict
    )

    @property
    def currency_field(self) -> str | None:
        """Return the currency's code or column, if the mapping has one."""
        return getattr(self, "currency", None)

    def columns(self) -> dict[str, str]:
        """Return the mapped columns by the field that names them."""
        raise NotImplementedError


class Metrics(Mapping, kw_only=True):
    """Columns of a file of dated numbers, without those of the organization's own measures.

    A wide file has ``channels`` with columns each; a long file has a row a day and channel, whose
    name is in the column ``channel``. A row is a day's, or spans the days up to ``end``, or a week
    or month as ``grain`` says. A measure's column that is null is one of several, yet to be said.
    """

    kind: Literal["metrics"] = "metrics"
    currency: Column
    date: Column
    end: Column | None = None
    grain: Literal["day", "week", "month"] | None = None
    level: Literal["organization", "channel", "account", "campaign", "ad"] | None = None
    channel: Column | None = None
    account: Column | None = None
    campaign: Column | None = None
    ad: Column | None = None

    def own_columns(self) -> dict[str, str]:
        """Return the columns of the file's own measures: by measure, as the file's form has it."""
        known = OWN_FIELDS if self.channel is None else CHANNEL_FIELDS
        fields = ((measure, getattr(self, field)) for field, measure in known.items())
        return {measure: column for measure, column in fields if column}

    def undecided(self) -> tuple[str, ...]:
        """Return the fields of measures that are null: a column of several, yet to be said."""
        own = [field for field in FIELDS if getattr(self, field) is None]
        channels: tuple[Channel, ...] = getattr(self, "channels", ())
        return (
            *own,
            *(
                f"channels.{position}.{field}"
                for position, channel in enumerate(channels)
                for field in CHANNEL_FIELDS
                if getattr(channel, field) is None
            ),
        )

    def decide(self, field: str, column: str | UnsetType) -> Self:
        """Return the mapping with the column of a measure, or without one."""
        first, *rest = field.split(".")
        if not rest:
            return msgspec.structs.replace(self, **{first: column})
        channels = list(getattr(self, "channels", ()))
        position, name = int(rest[0]), rest[1]
        channels[position] = msgspec.structs.replace(channels[position], **{name: column})
        return msgspec.structs.replace(self, channels=tuple(channels))

    def columns(self) -> dict[str, str]:
        """Return the mapped columns by the field that names them."""
        single = ("date", "end", "channel", "account", "campaign", "ad", *FIELDS)
        named = {field: getattr(self, field) for field in single}
        channels: tuple[Channel, ...] = getattr(self, "channels", ())
        for position, channel in enumerate(channels):
            for field in CHANNEL_FIELDS:
                named[f"channels.{position}.{field}"] = getattr(channel, field)
        return {field: column for field, column in named.items() if column}


if TYPE_CHECKING:
    ChannelMapping: TypeAlias = Channel

    class MetricsMapping(Metrics):
        """Columns of a file of dated numbers."""

        channels: tuple[Channel, ...] = ()
else:
    # The measures say which fields there are; a type checker cannot know.
    ChannelMapping = msgspec.defstruct(
        "ChannelMapping",
        [(field, Column | None | UnsetType, UNSET) for field in CHANNEL_FIELDS],
        bases=(Channel,),
        frozen=True,
        kw_only=True,
    )
    MetricsMapping = msgspec.defstruct(
        "MetricsMapping",
        [
            *((field, Column | None | UnsetType, UNSET) for field in FIELDS),
            (
                "channels",
                Annotated[tuple[ChannelMapping, ...], Meta(max_length=_MOST_CHANNELS)],
                (),
            ),
        ],
        bases=(Metrics,),
        frozen=True,
        kw_only=True,
    )


class OrdersMapping(Mapping, kw_only=True):
    """Columns of a file of orders; without ``order`` each row is an order."""

    kind: Literal["orders"] = "orders"
    currency: Column
    date: Column
    customer: Column
    revenue: Column
    order: Column | None = None
    quantity: Column | None = None
    channel: Column | None = None
    discount: Column | None = None
    refund: Column | None = None
    status: Column | None = None
    new_customer: Column | None = None

    def columns(self) -> dict[str, str]:
        """Return the mapped columns by the field that names them."""
        return _columns(self, ORDER_FIELDS)


class TouchpointsMapping(Mapping, kw_only=True):
    """Columns of a file of touchpoints: whole paths, or one touch of a customer a row."""

    kind: Literal["touchpoints"] = "touchpoints"
    currency: Column | None = None
    at: Column
    path: Column | None = None
    customer: Column | None = None
    channel: Column | None = None
    campaign: Column | None = None
    cost: Column | None = None
    conversions: Column | None = None
    value: Column | None = None
    nulls: Column | None = None

    def columns(self) -> dict[str, str]:
        """Return the mapped columns by the field that names them."""
        return _columns(self, TOUCHPOINT_FIELDS)


class RateColumn(Message):
    """A column of a wide file of rates: what the base is worth in one currency."""

    currency: CurrencyCode
    rate: Column


class RatesMapping(Mapping, kw_only=True):
    """Columns of a file of exchange rates: 1 ``base`` = rate × currency.

    A wide file has a column for each of ``currencies``; a long one has a row a day and pair, with
    ``currency`` and ``rate``. What is a code of ISO 4217 is one, and anything else a column.
    """

    kind: Literal["rates"] = "rates"
    date: Column
    base: Column
    currency: Column | None = None
    rate: Column | None = None
    currencies: Annotated[tuple[RateColumn, ...], Meta(max_length=_MOST_CURRENCIES)] = ()

    @property
    def currency_field(self) -> str | None:
        """Return nothing: a file of rates has no amounts in a currency."""
        return None

    def columns(self) -> dict[str, str]:
        """Return the mapped columns by the field that names them."""
        columns = _columns(self, RATE_FIELDS)
        for field in ("base", "currency"):
            if columns.get(field) in CURRENCIES:
                del columns[field]
        named = {f"currencies.{at}.rate": each.rate for at, each in enumerate(self.currencies)}
        return {**columns, **named}


ORDER_FIELDS: Final = (
    *("date", "customer", "revenue", "order", "quantity", "channel", "discount", "refund"),
    *("status", "new_customer"),
)
TOUCHPOINT_FIELDS: Final = (
    *("at", "path", "customer", "channel", "campaign", "cost", "conversions", "value", "nulls"),
)
RATE_FIELDS: Final = ("date", "base", "currency", "rate")
AnyMapping: TypeAlias = MetricsMapping | OrdersMapping | TouchpointsMapping | RatesMapping


def _columns(mapping: Mapping, fields: tuple[str, ...]) -> dict[str, str]:
    named = ((field, getattr(mapping, field)) for field in fields)
    return {field: column for field, column in named if column is not None}
