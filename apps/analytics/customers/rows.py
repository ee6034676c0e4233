"""Rows of orders, as plain values."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from apps.integrations.contract import Order

#: A day, for rows that have a field of that name.
Day = date


class OrderRow(NamedTuple):
    """An order as it is kept here."""

    date: Day
    customer: str
    currency: str
    revenue_micros: int | None
    refund_micros: int | None
    refund_date: Day | None
    is_new_customer: bool | None
    is_refund: bool


def to_row(order: Order) -> OrderRow:
    """Return an order of integrations as it is kept here."""
    return OrderRow(*(getattr(order, name) for name in OrderRow._fields))
