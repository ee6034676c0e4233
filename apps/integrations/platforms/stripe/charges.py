"""Make orders of charges.

The money of an order is what its balance transaction put into the account's balance, before fees;
what the customer was charged in another currency is kept beside. Stripe says of no charge how much
of it was tax or shipping, so that both are part of it. Authorized money is no order until it is
captured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import Account, OrderRow, RefundRow, Slice
from apps.integrations.platforms.shapes import read_as
from apps.integrations.platforms.stripe.answers import Listed, read_list
from omnify.services.messages import Message

#: Events are kept for thirty days; a day less is trusted.
REMEMBERED_DAYS: Final = 29
#: How long money may stay authorized before it is captured.
_LONGEST_HOLD: Final = timedelta(days=31)
#: What happens to charges.
CHANGES: Final = (
    "charge.succeeded",
    "charge.captured",
    "charge.updated",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
)
_EXPANDED: Final = ("balance_transaction", "refunds.data.balance_transaction")
_NOT_PAID_BACK: Final = frozenset({"failed", "canceled"})
#: Decimal places of amounts as Stripe writes them, which are not always those of ISO 4217: krónur
#: and Ugandan shillings have two, ariary none.
_NO_DIGITS: Final = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
_THREE_DIGITS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_MICRO_DIGITS: Final = 6


class _Balance(Message):
    amount: int
    currency: str


class _Refund(Listed):
    amount: int
    created: int
    status: str | None = None
    charge: str | None = None
    balance_transaction: _Balance | None = None


class _Refunds(Message):
    data: list[_Refund]
    has_more: bool


class _Billing(Message):
    email: str | None = None


class _Charge(Listed):
    amount: int
    amount_captured: int
    amount_refunded: int
    captured: bool
    created: int
    currency: str
    livemode: bool
    status: str
    refunds: _Refunds
    balance_transaction: _Balance | None = None
    billing_details: _Billing | None = None
    receipt_email: str | None = None
    customer: str | None = None


class _Event(Listed):
    data: dict[str, Any]


class _Changed(Listed):
    """A charge or a refund in an event; a refund names its charge."""

    charge: str | None = None


def read_orders(api: Api, account: Account, wanted: Slice) -> Iterator[OrderRow]:
    """Yield the orders of days, or those that are new or changed since a moment."""
    if wanted.since is None:
        found = _list_charges(api, _days(account, wanted.first, wanted.last))
    else:
        found = _list_changed(api, wanted.since)
    for charge in found:
        if charge.status == "succeeded" and charge.captured:
            yield _make_order(charge, _all_refunds(api, charge))


def _list_changed(api: Api, since: datetime) -> Iterator[_Charge]:
    is_remembered = api.now - since < timedelta(days=REMEMBERED_DAYS)
    # What was authorized before may have been captured since.
    begins = since if is_remembered else since - _LONGEST_HOLD
    seen = set[str]()
    for charge in _list_charges(api, {"created[gte]": _seconds(begins)}):
        seen.add(charge.id)
        yield charge
    named = _name_by_events(api, since) if is_remembered else _name_by_refunds(api, since)
    for name in dict.fromkeys(named):
        if name not in seen:
            yield read_as(_Charge, api.get(f"/v1/charges/{name}", _expand(_EXPANDED)))


def _list_charges(api: Api, span: dict[str, int]) -> Iterator[_Charge]:
    expanded = _expand(f"data.{each}" for each in _EXPANDED)
    return read_list(api, "/v1/charges", {**span, **expanded}, _Charge)


def _name_by_events(api: Api, since: datetime) -> Iterator[str]:
    """Yield the charges that events tell of."""
    types = {f"types[{at}]": name for at, name in enumerate(CHANGES)}
    span = {"created[gte]": _seconds(since)}
    for event in read_list(api, "/v1/events", {**span, **types}, _Event):
        changed = read_as(_Changed, event.data.get("object"))
        is_refund = changed.id.startswith(("re_", "pyr_"))
        if name := changed.charge if is_refund else changed.id:
            yield name


def _name_by_refunds(api: Api, since: datetime) -> Iterator[str]:
    """Yield the charges that were refunded, for a time that events have forgotten."""
    for refund in read_list(api, "/v1/refunds", {"created[gte]": _seconds(since)}, _RefundNamed):
        if refund.charge:
            yield refund.charge


class _RefundNamed(Listed):
    charge: str | None = None


def _all_refunds(api: Api, charge: _Charge) -> list[_Refund]:
    """Return the refunds of a charge, of which it shows the newest itself."""
    if not charge.refunds.has_more:
        return charge.refunds.data
    parameters = {"charge": charge.id, **_expand(["data.balance_transaction"])}
    return list(read_list(api, "/v1/refunds", parameters, _Refund))


def _make_order(charge: _Charge, refunds: Iterable[_Refund]) -> OrderRow:
    # Until money has come into the balance, it is what was charged.
    money = charge.balance_transaction or _Balance(
        amount=charge.amount_captured, currency=charge.currency
    )
    revenue = _micros(money.amount, money.currency)
    seen = _micros(charge.amount_captured, charge.currency)
    paid_back = tuple(
        RefundRow(
            id=each.id,
            at=_moment(each.created),
            micros=_refunded(each, revenue, seen, charge),
            presentment_micros=_micros(each.amount, charge.currency),
        )
        for each in sorted(refunds, key=lambda each: (each.created, each.id))
        if each.status not in _NOT_PAID_BACK
    )
    moments = [_moment(charge.created), *(each.at for each in paid_back)]
    return OrderRow(
        id=charge.id,
        number=charge.id,
        at=moments[0],
        updated_at=max(moments),
        currency=money.currency.upper(),
        revenue_micros=revenue,
        gross_micros=revenue,
        customer=_person(charge),
        status=_status(charge),
        is_test=not charge.livemode,
        refunds=paid_back,
        presentment=None if charge.currency == money.currency else (charge.currency.upper(), seen),
    )


def _refunded(refund: _Refund, revenue: int, seen: int, charge: _Charge) -> int:
    """Return what a refund took out of the balance, or its share while it has not."""
    if refund.balance_transaction:
        money = refund.balance_transaction
        return -_micros(money.amount, money.currency)
    return revenue * _micros(refund.amount, charge.currency) // (seen or 1)


def _person(charge: _Charge) -> str:
    email = charge.billing_details.email if charge.billing_details else None
    return email or charge.receipt_email or charge.customer or ""


def _status(charge: _Charge) -> str:
    if charge.amount_refunded >= charge.amount_captured:
        return "refunded"
    return "partially_refunded" if charge.amount_refunded else charge.status


def _micros(amount: int, currency: str) -> int:
    """Return an amount of minor units in millionths."""
    name = currency.upper()
    digits = 0 if name in _NO_DIGITS else 3 if name in _THREE_DIGITS else 2
    return int(amount * 10 ** (_MICRO_DIGITS - digits))


def _days(account: Account, first: date, last: date) -> dict[str, int]:
    zone = ZoneInfo(account.timezone)
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    return {"created[gte]": _seconds(begins), "created[lt]": _seconds(ends)}


def _expand(names: Iterable[str]) -> dict[str, str]:
    return {f"expand[{at}]": name for at, name in enumerate(names)}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
