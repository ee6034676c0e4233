"""What reading a file gives: the check that asks, and the rows."""

from __future__ import annotations

import datetime as dt
from datetime import date
from decimal import Decimal

import msgspec

from apps.integrations.imports.messages import MeasureSum
from apps.integrations.imports.reading.refusals import RowError
from omnify.services.messages import AwareDatetime, Message

__all__ = [
    "Answer",
    "Check",
    "Days",
    "LeftOut",
    "MeasureSum",
    "MetricValues",
    "OrderValues",
    "Question",
    "RateValues",
    "Remark",
    "TouchpointValues",
]


class Remark(Message):
    """Something that people should know about how a file was read."""

    code: str
    message: str


class Answer(Message, rename={"first": "from", "last": "to"}):
    """One way to read an ambiguous column, and what it would come to.

    ``option`` is one of the mapping's options, which ``value`` answers. Where it is asked which
    column a measure is, it is the mapping's field, and ``value`` the column to put there; empty
    where the field is to be left out, so that what channels have counts. ``sum`` is of a column of
    numbers; ``from`` and ``to`` are the days of a column of dates.
    """

    option: str
    value: str
    sum: Decimal | None = None
    first: date | None = None
    last: date | None = None


class Question(Message):
    """A column that can be read in several ways, with what each would come to."""

    field: str
    readings: tuple[Answer, ...]


class Days(Message, rename={"first": "from", "last": "to"}):
    """Days from the first to the last, both included."""

    first: date
    last: date


class LeftOut(Message):
    """Rows that were left out, why, and the lines of the first of them."""

    reason: str
    rows: int
    lines: tuple[int, ...]


class Check(Message, kw_only=True):
    """What a file comes to, read by its mapping.

    Attributes:
        grain: day, week, month, or span where rows span differing days.
        gaps: days between the first and last row of which no row is.
        is_complete: whether all of the file was read, not its beginning only.
    """

    kind: str
    currency: str
    row_count: int
    metric_count: int
    order_count: int = 0
    touchpoint_count: int = 0
    rate_count: int = 0
    first_date: date | None
    last_date: date | None
    grain: str
    sums: tuple[MeasureSum, ...]
    gaps: tuple[Days, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[Remark, ...]
    questions: tuple[Question, ...]
    errors: tuple[RowError, ...]
    error_count: int
    is_complete: bool = True

    @property
    def value_count(self) -> int:
        """Return how many metrics, orders, touchpoints and rates the file comes to."""
        counts = (self.metric_count, self.order_count, self.touchpoint_count, self.rate_count)
        return sum(counts)


class MetricValues(msgspec.Struct, frozen=True, gc=False):
    """One entity's numbers of a day or span, in millionths; None where its cell is empty.

    Names are empty where the level has none. Of other measures the file says nothing.
    """

    level: str
    channel: str
    account: str
    campaign: str
    ad: str
    date: dt.date
    last_date: dt.date
    measures: tuple[str, ...]
    values: tuple[int | None, ...]

    @property
    def micros(self) -> dict[str, int | None]:
        """Return the numbers by measure."""
        return dict(zip(self.measures, self.values, strict=True))


class OrderValues(msgspec.Struct, frozen=True, gc=False):
    """An order, once, whatever the number of its rows; amounts in millionths.

    Attributes:
        order: empty where the file has no column of it.
        at: the moment (UTC); None where a day is all that is known.
        refund_micros: what was paid back, without a sign.
        refund_date: the day on which it was, the order's own where the file names none.
        is_refund: whether the row is of a refund alone, which has a day of its own; its revenue
            is unknown then.
        line: where its first row begins.
    """

    order: str
    date: dt.date
    at: AwareDatetime | None
    customer: str
    revenue_micros: int | None
    quantity_micros: int | None
    channel: str
    discount_micros: int | None
    refund_micros: int | None
    refund_date: dt.date | None
    status: str
    is_new_customer: bool | None
    is_refund: bool
    line: int


class TouchpointValues(msgspec.Struct, frozen=True, gc=False):
    """A path of channels, or one touch of a customer; ``rows`` identical ones add to it.

    A touch has a path of one channel and a customer; a whole path has none.
    """

    date: dt.date
    at: AwareDatetime | None
    customer: str
    path: tuple[str, ...]
    campaign: str
    cost_micros: int | None
    conversions_micros: int | None
    value_micros: int | None
    nulls_micros: int | None
    rows: int


class RateValues(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """On a day, 1 ``base`` was worth ``rate`` of ``currency``: an exact decimal."""

    date: dt.date
    base: str
    currency: str
    rate: str
