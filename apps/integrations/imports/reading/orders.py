"""The orders that a file's rows come to, each once, and what they come to by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from apps.integrations.imports.reading.cells.converters import Bad, Cached, make_converter
from apps.integrations.imports.reading.cells.forms import is_no_name
from apps.integrations.imports.reading.entities import NO_NAMES, Channels, parse_entity
from apps.integrations.imports.reading.known.exports import CANCELLED_AT, IS_TEST, REFUND_DATE
from apps.integrations.imports.reading.known.words import words
from apps.integrations.imports.reading.measures import ORGANIZATION
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import RowError, shown
from apps.integrations.imports.reading.results import MetricValues, OrderValues
from apps.integrations.imports.reading.rows import Kept, Outcome, RowReader
from apps.integrations.imports.reading.summing import Sums

_CANCELLED: Final = words(
    """
    cancelled canceled voided void failed storniert abgebrochen annulé annulée cancelado cancelada
    annullato geannuleerd anulowane declined expired wc-cancelled wc-canceled wc-failed trash
    incomplete blocked rejected requires_payment_method wc-checkout-draft
    """
) | {"requires payment method"}
_REFUNDED: Final = frozenset(["refunded", "wc-refunded", "erstattet", "remboursé", "reembolsado"])
_TRUE: Final = words(
    """
    true yes y 1 x new ja oui si sí new_customer first
    """
)
_FALSE: Final = words(
    """
    false no n 0 returning nein non existing repeat recurring
    """
)
#: What the orders of a day come to.
DAY_MEASURES: Final = ("revenue", "orders")
_NUMBERS: Final[tuple[str, ...]] = ("revenue", "quantity", "discount", "refund")


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
    #: The line of a row that says another total, and that total.
    other_line: int = 0
    other: int = 0


class OrderReader:
    """Reads a file's orders, and keeps the revenue and number of each day's."""

    def __init__(self, plan: Plan, outcome: Outcome) -> None:
        self.orders = 0
        self.merged = 0
        self.without_refund = 0
        self.revenue: dict[date, int] = {}
        self.count: dict[date, int] = {}
        self.sums: dict[str, int] = {}
        self._plan = plan
        self._outcome = outcome
        self._at = plan.demand.positions
        self._converters = {
            position: make_converter(style, plan.profile.numbers[position])
            for position, style in plan.numbers.items()
        }
        self._channels = Channels()
        self._channel_cells = Cached(self._parse_channel)
        self._statuses = Cached(parse_entity)
        refund = self._at.get(REFUND_DATE)
        self._refund_days = Cached(plan.days[refund].parse) if refund is not None else None

    def run(self) -> Iterator[OrderValues]:
        """Yield the orders that count: neither tests nor cancelled."""
        rows = RowReader(self._plan, self._outcome).run()
        entries = (entry for kept in rows for entry in self._read(kept))
        if "order" not in self._at:
            for key, order in entries:
                yield from self._finish(key, order)
            return
        sums = Sums(self._merge, key_type=tuple[str, str], value_type=_Order)
        for key, order in entries:
            sums.put(key, order)
        for batch in sums.drain():
            for key, order in batch:
                yield from self._finish(key, order)

    def iter_days(self) -> Iterator[MetricValues]:
        """Yield each day's revenue and orders, once all orders were read."""
        for day in sorted({*self.revenue, *self.count}):
            values = (self.revenue.get(day, 0), self.count.get(day, 0) * 1_000_000)
            yield MetricValues(ORGANIZATION, *NO_NAMES, day, day, DAY_MEASURES, values)

    def _read(self, kept: Kept) -> Iterator[tuple[tuple[str, str], _Order]]:
        chunk, at = kept.chunk, self._at
        if not chunk.rows:
            self._outcome.errors.add(kept.errors)
            return
        numbers = {
            position: convert(chunk.column(position))
            for position, convert in self._converters.items()
        }
        errors = list(kept.errors)
        for index, row in enumerate(chunk.rows):
            found: dict[str, Any] = {
                field: numbers[at[field]][index] for field in _NUMBERS if field in at
            }
            found["channel"] = self._channel_cells[row[at["channel"]]] if "channel" in at else ""
            found["status"] = self._statuses[row[at["status"]]] if "status" in at else ""
            found[REFUND_DATE] = self._find_refund_day(row)
            problems = [(field, each) for field, each in found.items() if isinstance(each, Bad)]
            if problems:
                errors.extend(self._error(kept, index, *problem) for problem in problems)
                continue
            yield self._order_of(row, found, kept.days[index], chunk.lines[index])
        if errors:
            self._outcome.errors.add(errors)

    def _order_of(
        self,
        row: Sequence[str],
        found: dict[str, Any],
        when: tuple[date, datetime | None],
        line: int,
    ) -> tuple[tuple[str, str], _Order]:
        day, moment = when
        revenue, refund, refund_day = found["revenue"], found.get("refund"), found[REFUND_DATE]
        status = found["status"]
        is_refund = revenue is not None and revenue < 0
        if is_refund:
            refund, refund_day = -revenue, day
        cancelled = self._cell(row, CANCELLED_AT)
        order = _Order(
            day=day,
            at=moment,
            customer=self._cell(row, "customer"),
            revenue=None if is_refund else revenue,
            quantity=found.get("quantity"),
            channel=found["channel"],
            discount=_unsigned(found.get("discount")),
            refund=_unsigned(refund),
            refund_day=refund_day,
            status=status,
            is_new=_truth_of(self._cell(row, "new_customer")),
            line=line,
            is_cancelled=status.casefold() in _CANCELLED or not is_no_name(cancelled),
            is_test=_is_test(self._cell(row, IS_TEST)) or status.casefold() == "test",
            is_refund=is_refund,
        )
        return (self._cell(row, "order"), day.isoformat() if is_refund else ""), order

    def _cell(self, row: Sequence[str], field: str) -> str:
        position = self._at.get(field)
        return row[position].strip() if position is not None else ""

    def _parse_channel(self, text: str) -> str:
        return "" if is_no_name(text) else self._channels.parse(text)

    def _find_refund_day(self, row: Sequence[str]) -> Any:
        if self._refund_days is None:
            return None
        cell = self._cell(row, REFUND_DATE)
        return self._refund_days[cell] if cell else None

    def _error(self, kept: Kept, index: int, field: str, bad: Bad) -> RowError:
        position = self._at[field]
        return RowError(
            line=kept.chunk.lines[index],
            column=self._plan.table.columns[position],
            value=shown(kept.chunk.rows[index][position]),
            message=bad.message,
        )

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

    def _finish(self, key: tuple[str, str], order: _Order) -> Iterator[OrderValues]:
        if order.is_test or order.is_cancelled:
            self._outcome.leave_out("test" if order.is_test else "cancelled", order.line)
            return
        if order.other_line:
            self._refuse_two_totals(key[0], order)
            return
        if order.status.casefold() in _REFUNDED and order.refund is None and order.revenue:
            order.refund = order.revenue
            self.without_refund += 1
        if order.refund and order.refund_day is None:
            order.refund_day = order.day
        self._count(order)
        yield OrderValues(
            order=key[0],
            date=order.day,
            at=order.at,
            customer=order.customer,
            revenue_micros=order.revenue,
            quantity_micros=order.quantity,
            channel=order.channel,
            discount_micros=order.discount,
            refund_micros=order.refund,
            refund_date=order.refund_day if order.refund else None,
            status=order.status,
            is_new_customer=order.is_new,
            is_refund=order.is_refund,
            line=order.line,
        )

    def _count(self, order: _Order) -> None:
        if not order.is_refund:
            self.orders += 1
            self.count[order.day] = self.count.get(order.day, 0) + 1
        if order.revenue is not None:
            self.revenue[order.day] = self.revenue.get(order.day, 0) + order.revenue
        if order.refund and order.refund_day is not None:
            self.revenue[order.refund_day] = self.revenue.get(order.refund_day, 0) - order.refund

    def _refuse_two_totals(self, name: str, order: _Order) -> None:
        position = self._at["revenue"]
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


def _unsigned(micros: int | None) -> int | None:
    return abs(micros) if micros is not None else None


def _truth_of(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def _is_test(text: str) -> bool:
    return text.casefold() in _TRUE or text.casefold() == "test"
