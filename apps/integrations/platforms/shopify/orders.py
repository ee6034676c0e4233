"""Make orders of what Shopify agreed with customers.

Each placing, editing and refunding of an order is an agreement, a dated list of sales; the vendor's
own reports of sales add up these. Of them count products and adjustments of their refunds, without
tax; shipping, duties, tips and gift cards do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from apps.integrations.platforms.rows import OrderRow, RefundRow, TouchRow
from apps.integrations.platforms.shapes import read_as, read_micros

_COUNTED: Final = frozenset({"PRODUCT", "ADJUSTMENT"})
_RETURN: Final = "RETURN"
_WHOLE: Final = 1_000_000


class _Node(msgspec.Struct, rename="camel"):
    """A part of an answer, by the vendor's names."""


class _Amount(_Node):
    amount: str
    currency_code: str = ""

    @property
    def micros(self) -> int:
        return read_micros(self.amount)


class _Money(_Node):
    shop_money: _Amount
    presentment_money: _Amount | None = None


class _Sale(_Node):
    action_type: str
    line_type: str
    quantity: int | None
    total_amount: _Money
    total_tax_amount: _Money
    total_discount_amount_before_taxes: _Money
    total_discount_amount_after_taxes: _Money

    @property
    def net(self) -> int:
        """What the sale brings, after discounts and without tax."""
        return self.total_amount.shop_money.micros - self.total_tax_amount.shop_money.micros

    @property
    def shown_net(self) -> int:
        """The same as the customer saw it."""
        total, tax = self.total_amount.presentment_money, self.total_tax_amount.presentment_money
        return (total.micros if total else 0) - (tax.micros if tax else 0)

    @property
    def discount(self) -> int:
        before, after = (
            self.total_discount_amount_before_taxes,
            self.total_discount_amount_after_taxes,
        )
        return before.shop_money.micros + after.shop_money.micros


class _Agreement(_Node):
    id: str
    happened_at: datetime
    children: list[_Sale]

    @property
    def returned(self) -> int:
        """What it gives back; below zero where a customer keeps paying for what came back."""
        return -sum(each.net for each in _counted(self.children) if _is_return(each))

    @property
    def shown_returned(self) -> int:
        """The same as the customer saw it."""
        return -sum(each.shown_net for each in _counted(self.children) if _is_return(each))


class _Utm(_Node):
    source: str | None
    campaign: str | None


class _Visit(_Node):
    source: str
    utm_parameters: _Utm | None

    @property
    def channel(self) -> str:
        utm = self.utm_parameters
        return (utm.source if utm else None) or self.source


class _Moment(_Visit):
    id: str
    occurred_at: datetime


class _Customer(_Node):
    id: str


class _Journey(_Node):
    ready: bool = False
    customer_order_index: int | None = None
    last_visit: _Visit | None = None


class _Buyer(_Node):
    id: str
    test: bool
    email: str | None
    customer: _Customer | None
    customer_journey_summary: _Journey | None

    @property
    def person(self) -> str:
        """Who bought: by e-mail, as other sources name the same person, else by the shop's id."""
        return self.email or (self.customer.id if self.customer else "")


class _Order(_Buyer):
    name: str
    processed_at: datetime
    updated_at: datetime
    currency_code: str
    display_financial_status: str | None
    cancelled_at: datetime | None
    children: list[_Agreement]


class _Buying(_Buyer):
    children: list[_Moment]


def make_orders(node: dict[str, Any]) -> list[OrderRow]:
    """Return the one order that a node stands for.

    What is added or made cheaper by an edit counts on the order's day, what is taken back on its
    own.

    Raises:
        MalformedError: it is not as the vendor documents.
    """
    return [_make_order(read_as(_Order, node))]


def _make_order(order: _Order) -> OrderRow:
    sales = [sale for each in order.children for sale in _counted(each.children)]
    kept = [sale for sale in sales if not _is_return(sale)]
    extra = sum(-each.returned for each in order.children if each.returned < 0)
    net = sum((sale.net for sale in kept), extra)
    discount = sum(sale.discount for sale in kept)
    return OrderRow(
        id=order.id,
        number=order.name,
        at=order.processed_at,
        updated_at=order.updated_at,
        currency=order.currency_code,
        revenue_micros=net,
        gross_micros=net + discount,
        customer=order.person,
        channel=_channel(order),
        quantity_micros=_WHOLE * sum(sale.quantity or 0 for sale in kept),
        discount_micros=discount,
        status=_status(order),
        is_test=order.test,
        is_new_customer=_is_new(order),
        refunds=tuple(_refunds(order.children)),
        presentment=_presentment(order, kept),
    )


def make_touches(node: dict[str, Any]) -> list[TouchRow]:
    """Return the visits before an order; none while the shop is still finding them.

    Raises:
        MalformedError: it is not as the vendor documents.
    """
    buying = read_as(_Buying, node)
    journey = buying.customer_journey_summary
    if buying.test or journey is None or not journey.ready:
        return []
    return [
        TouchRow(
            id=visit.id,
            at=visit.occurred_at,
            customer=buying.person,
            channel=visit.channel,
            campaign=(visit.utm_parameters.campaign if visit.utm_parameters else None) or "",
            order_id=buying.id,
        )
        for visit in sorted(buying.children, key=lambda visit: (visit.occurred_at, visit.id))
    ]


def _counted(sales: Iterable[_Sale]) -> list[_Sale]:
    return [sale for sale in sales if sale.line_type in _COUNTED]


def _is_return(sale: _Sale) -> bool:
    return sale.action_type == _RETURN


def _refunds(agreements: Iterable[_Agreement]) -> Iterable[RefundRow]:
    for each in sorted(agreements, key=lambda each: (each.happened_at, each.id)):
        if each.returned > 0:
            yield RefundRow(
                id=each.id,
                at=each.happened_at,
                micros=each.returned,
                presentment_micros=each.shown_returned,
            )


def _presentment(order: _Order, kept: list[_Sale]) -> tuple[str, int] | None:
    currencies = {
        sale.total_amount.presentment_money.currency_code
        for sale in kept
        if sale.total_amount.presentment_money
    }
    if currencies <= {order.currency_code}:
        return None
    [currency] = currencies
    return currency, sum(sale.shown_net for sale in kept)


def _channel(order: _Order) -> str:
    """Return whence the customer came last."""
    visit = order.customer_journey_summary and order.customer_journey_summary.last_visit
    return visit.channel if visit else ""


def _status(order: _Order) -> str:
    return "CANCELLED" if order.cancelled_at else order.display_financial_status or ""


def _is_new(order: _Order) -> bool | None:
    """Tell whether it is the customer's first order; the vendor counts from one (?)."""
    index = order.customer_journey_summary and order.customer_journey_summary.customer_order_index
    return index == 1 if index else None
