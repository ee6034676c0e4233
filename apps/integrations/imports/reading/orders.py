"""The orders that a file's rows come to, each once, and what they come to by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.cells.converters import (
    Cached,
    Converter,
    make_converter,
)
from apps.integrations.imports.reading.cells.forms import is_no_name
from apps.integrations.imports.reading.entities import NO_NAMES, Channels, parse_entity
from apps.integrations.imports.reading.known.exports import (
    CANCELLED_AT,
    EVENT,
    IS_TEST,
    REFUND_DATE,
)
from apps.integrations.imports.reading.known.statuses import (
    is_cancelled,
    is_filled,
    is_no_sale,
    is_refunded,
    is_test,
    truth_of,
)
from apps.integrations.imports.reading.masking import mask_cell
from apps.integrations.imports.reading.measures import DAY_MEASURES, ORGANIZATION
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import RowError, shown
from apps.integrations.imports.reading.results import MetricValues, OrderValues
from apps.integrations.imports.reading.rows import Kept, Outcome, RowReader, find_bad
from apps.integrations.imports.reading.summing import Sums
from apps.integrations.imports.reading.tables.table import Chunk

_NUMBERS: Final[tuple[str, ...]] = ("revenue", "quantity", "discount", "refund")
#: The fields of a row's order, as ``_order_of`` takes them.
_FIELDS: Final = (
    *("order", "customer", "revenue", "quantity", "channel", "discount", "refund"),
    *(REFUND_DATE, "status", "new_customer", CANCELLED_AT, IS_TEST, EVENT),
)


class _Order(msgspec.Struct, array_like=True):
    """An order while its rows are read."""

    day: date
    at: datetime | None
    customer: str
    revenue: int | None
    quantity: int | None
    channel: str
    discount: int | None
    refund: int | None
    refund_day: date | None
    status: str
    is_new: bool | None
    line: int
    is_cancelled: bool
    is_test: bool
    is_refund: bool
    is_no_sale: bool
    #: The line of a row that says another total, and that total.
    other_line: int = 0
    other: int = 0


class OrderReader:
    """Reads a file's orders, and keeps the revenue and number of each day's."""

    def __init__(self, plan: Plan, outcome: Outcome, most_keys: int) -> None:
        self.orders = 0
        self.merged = 0
        self.without_refund = 0
        self.revenue: dict[date, int] = {}
        self.count: dict[date, int] = {}
        #: By the day of the orders, then by that on which was paid.
        self.refunds: dict[date, dict[date, int]] = {}
        self.sums: dict[str, int] = {}
        self._plan = plan
        self._outcome = outcome
        self._most_keys = most_keys
        self._at = plan.demand.positions
        self._channels = Channels()
        numbers = {
            position: make_converter(style, plan.profile.numbers[position])
            for position, style in plan.numbers.items()
        }
        at = self._at
        #: Each field, what it is without a column, and what reads the column.
        self._readers: tuple[tuple[str, Any, Converter | None], ...] = (
            ("order", "", None),
            ("customer", "", None),
            *((field, None, numbers[at[field]] if field in at else None) for field in _NUMBERS),
            ("channel", "", Cached(self._parse_channel).convert),
            ("status", "", Cached(parse_entity).convert),
            ("new_customer", None, Cached(truth_of).convert),
            (REFUND_DATE, None, Cached(self._parse_refund_day).convert),
            (CANCELLED_AT, False, Cached(is_filled).convert),
            (IS_TEST, False, Cached(is_test).convert),
            (EVENT, False, Cached(is_no_sale).convert),
        )

    def run(self) -> Iterator[OrderValues]:
        """Yield the orders that count: neither tests nor cancelled."""
        rows = RowReader(self._plan, self._outcome).run()
        if "order" not in self._at:
            for kept in rows:
                yield from self._finish_all(self._read(kept))
            return
        sums = Sums(
            self._merge, key_type=tuple[str, str], value_type=_Order, most_keys=self._most_keys
        )
        for kept in rows:
            found = self._read(kept)
            sums.put_all([key for key, _ in found], [order for _, order in found])
        for batch in sums.drain():
            yield from self._finish_all(batch)

    @property
    def days(self) -> list[date]:
        """Return the days of orders, and of refunds that have a row of their own."""
        return sorted({*self.revenue, *self.count})

    def iter_days(self) -> Iterator[MetricValues]:
        """Yield each day's revenue and orders, once all orders were read.

        What was paid back on another day than that of its order is in ``refunds``.
        """
        for day in self.days:
            values = (self.revenue.get(day), self.count.get(day, 0) * 1_000_000)
            yield MetricValues(ORGANIZATION, *NO_NAMES, day, day, DAY_MEASURES, values)

    def _read(self, kept: Kept) -> list[tuple[tuple[str, str], _Order]]:
        """Return the orders of rows, each with its number."""
        if not kept.chunk.rows:
            self._outcome.errors.add(kept.errors)
            return []
        columns = self._columns_of(kept.chunk)
        bad = find_bad(self._plan, self._outcome, kept, self._at, columns)
        rows = zip(kept.days, kept.chunk.lines, *(columns[field] for field in _FIELDS), strict=True)
        return [_order_of(row) for index, row in enumerate(rows) if index not in bad]

    def _columns_of(self, chunk: Chunk) -> dict[str, Sequence[Any]]:
        """Return the values of each field, of those without a column what is not known."""
        rows, at = len(chunk.rows), self._at
        columns: dict[str, Sequence[Any]] = {}
        for field, unknown, read in self._readers:
            if field in at:
                cells = chunk.column(at[field])
                columns[field] = cells if read is None else read(cells)
            else:
                columns[field] = [unknown] * rows
        return columns

    def _parse_channel(self, text: str) -> str:
        return "" if is_no_name(text) else self._channels.parse(text)

    def _parse_refund_day(self, text: str) -> date | None:
        return self._plan.days[self._at[REFUND_DATE]].parse(text) if text else None

    def _merge(self, order: _Order, more: _Order) -> _Order:
        """Put a further row of an order into it: items add up, the order's own fields do not."""
        self.merged += 1
        if order.is_refund:
            order.refund = (order.refund or 0) + (more.refund or 0)
            return order
        for field in ("revenue", "discount", "refund"):
            own, other = getattr(order, field), getattr(more, field)
            if own is None:
                setattr(order, field, other)
            elif other is not None and other != own and field == "revenue":
                order.other_line, order.other = more.line, other
        if more.quantity is not None:
            order.quantity = more.quantity + (order.quantity or 0)
        for field in ("customer", "channel", "status"):
            setattr(order, field, getattr(order, field) or getattr(more, field))
        order.refund_day = order.refund_day or more.refund_day
        order.is_new = more.is_new if order.is_new is None else order.is_new
        order.is_cancelled = order.is_cancelled or more.is_cancelled
        order.is_test = order.is_test or more.is_test
        return order

    def _finish_all(self, orders: Iterable[tuple[tuple[str, str], _Order]]) -> list[OrderValues]:
        """Return the orders that count, counted."""
        found = []
        for (number, _), order in orders:
            reason = "no_sale" if order.is_no_sale else "test" if order.is_test else ""
            if order.is_cancelled or is_cancelled(order.status):
                reason = reason or "cancelled"
            if reason:
                self._outcome.leave_out(reason, order.line)
            elif order.other_line:
                self._refuse_two_totals(number, order)
            else:
                self._settle_refund(order)
                self._count(order)
                found.append(_values_of(number, order))
        return found

    def _settle_refund(self, order: _Order) -> None:
        if order.refund is None and order.revenue and is_refunded(order.status):
            order.refund = order.revenue
            self.without_refund += 1
        if not order.refund:
            order.refund_day = None
        elif order.refund_day is None:
            order.refund_day = order.day

    def _count(self, order: _Order) -> None:
        if not order.is_refund:
            self.orders += 1
            self.count[order.day] = self.count.get(order.day, 0) + 1
        if order.revenue is not None:
            self.revenue[order.day] = self.revenue.get(order.day, 0) + order.revenue
        if order.refund and order.refund_day == order.day:
            self.revenue[order.day] = self.revenue.get(order.day, 0) - order.refund
        elif order.refund and order.refund_day is not None:
            own = self.refunds.setdefault(order.day, {})
            own[order.refund_day] = own.get(order.refund_day, 0) + order.refund

    def _refuse_two_totals(self, name: str, order: _Order) -> None:
        position = self._at["revenue"]
        name = mask_cell(name, is_personal=self._at["order"] in self._plan.personal)
        message = (
            f"The order '{shown(name)}' has another total in line {order.line};"
            " map the order's total, which is the same in all of its rows or empty."
        )
        error = RowError(
            line=order.other_line,
            column=self._plan.table.columns[position],
            value=str(order.other / 1_000_000),
            message=message,
        )
        self._outcome.errors.add([error])


def _order_of(row: tuple[Any, ...]) -> tuple[tuple[str, str], _Order]:
    """Return an order by its number; a refund by its day, too."""
    (day, at), line, number, customer, revenue, quantity, channel, *rest = row
    discount, refund, refund_day, status, is_new, is_cancelled, is_test, is_no_sale = rest
    is_refund = False
    if revenue is not None and revenue < 0:
        is_refund, refund, refund_day = True, -revenue, day
        revenue = None
    order = _Order(
        day,
        at,
        customer,
        revenue,
        quantity,
        channel,
        abs(discount) if discount is not None else None,
        abs(refund) if refund is not None else None,
        refund_day,
        status,
        is_new,
        line,
        is_cancelled,
        is_test,
        is_refund,
        is_no_sale,
    )
    # What is no sale is no part of an order either.
    apart = "no sale" if is_no_sale else day.isoformat() if is_refund else ""
    return (number, apart), order


def _values_of(number: str, order: _Order) -> OrderValues:
    return OrderValues(
        order=number,
        date=order.day,
        at=order.at,
        customer=order.customer,
        revenue_micros=order.revenue,
        quantity_micros=order.quantity,
        channel=order.channel,
        discount_micros=order.discount,
        refund_micros=order.refund,
        refund_date=order.refund_day,
        status=order.status,
        is_new_customer=order.is_new,
        is_refund=order.is_refund,
        line=order.line,
    )
