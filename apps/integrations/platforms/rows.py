"""What an adapter is asked for, and what it gives: accounts, slices, rows.

Money and counts are whole millionths (``micros``); days are days of the account's zone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from omnify.services.messages import Message

#: The zone of days where a platform tells none.
UTC: Final = "UTC"


class Account(Message):
    """An account that the token can see; zone and currency are the platform's.

    ``began_on`` is the first day of which it may have anything; None where that is not known.
    """

    id: str
    name: str
    currency: str
    timezone: str
    is_active: bool = True
    parent_id: str = ""
    began_on: date | None = None


class Slice(Message):
    """What is asked at once: days of the account's zone, both included.

    Attributes:
        part: a part of the entities after a slice was halved by them, in the adapter's words;
            empty for all.
        since: for streams by change, the moment from which changes are wanted.
        window, measure: of the connection, where a person chose them: the attribution, and what
            conversions are; empty for the platform's own.
    """

    stream: str
    level: str
    first: date
    last: date
    part: str = ""
    since: datetime | None = None
    window: str = ""
    measure: str = ""

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


class MetricRow(Message, gc=False):
    """Numbers of one entity and day; a measure that is missing from ``micros`` is unknown.

    The garbage collector leaves it alone: it is in no cycle, and there are thousands at once.

    Attributes:
        entity_id: the platform's id of the campaign or ad; empty at account level.
        status, channel_type: of the campaign or ad, in the platform's words; empty where it does
            not say.
        is_provisional: whether the day is open still.
        reasons: why a measure is unknown, per measure (``unsupported_at_level``, ``withheld``).
    """

    level: str
    date: date
    entity_id: str
    channel: str
    currency: str
    micros: dict[str, int]
    campaign_id: str = ""
    campaign: str = ""
    ad: str = ""
    ad_group_id: str = ""
    ad_group: str = ""
    status: str = ""
    channel_type: str = ""
    is_provisional: bool = False
    reasons: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it for each instance


class OrderRow(Message):
    """An order as it stands now, in the shop's own currency.

    Attributes:
        customer: an e-mail or the platform's id of the person; hashed before it is kept.
        presentment: the revenue as the customer saw it, as (currency, micros); None where the
            currency is the same.
        refunds: (id, moment, micros) of each, dated by themselves.
        is_gone: whether it is no order, or none any more, such as a deal that is not won; what was
            kept of it goes.
    """

    id: str
    number: str
    at: datetime
    updated_at: datetime
    currency: str
    revenue_micros: int
    gross_micros: int
    customer: str = ""
    channel: str = ""
    quantity_micros: int | None = None
    discount_micros: int | None = None
    status: str = ""
    is_test: bool = False
    is_new_customer: bool | None = None
    refunds: tuple[RefundRow, ...] = ()
    presentment: tuple[str, int] | None = None
    is_gone: bool = False


class RefundRow(Message):
    """A refund of an order; ``micros`` have no sign.

    ``presentment_micros`` are what the customer saw, in the order's presentment currency; None
    where that is not known.
    """

    id: str
    at: datetime
    micros: int
    presentment_micros: int | None = None


class TouchRow(Message):
    """A touch of a customer before an order."""

    id: str
    at: datetime
    customer: str
    channel: str
    campaign: str = ""
    order_id: str = ""


class Total(Message):
    """The platform's own sum of a measure and day of an account."""

    date: date
    measure: str
    micros: int


#: What a slice gives; an adapter yields one kind for a stream.
Row = MetricRow | OrderRow | TouchRow
