"""What a file brings, as layers keep it: customers hashed, names fit for their columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any

from apps.integrations.customers.operations import CustomerHasher, get_hasher
from apps.integrations.imports.layers.kinds import Kind
from apps.integrations.imports.layers.metrics import Entity, KeptMetric, MetricsKind
from apps.integrations.imports.layers.orders import NUMBERED, NUMBERED_REFUND, KeptOrder, OrdersKind
from apps.integrations.imports.layers.refunds import KeptRefunds, RefundsKind
from apps.integrations.imports.layers.touchpoints import KeptTouchpoint, TouchpointsKind
from apps.integrations.imports.reading import (
    FileReader,
    MetricsMapping,
    OrdersMapping,
    OrderValues,
    TouchpointsMapping,
    TouchpointValues,
)
from apps.integrations.orders.models import MAX_KEY, MAX_NUMBER
from omnify.names import fold

_GAP = "\x1f"
#: Levels whose metrics are told apart by more than their channel.
_DEEP_LEVELS = ("account", "campaign", "ad")


def iter_kinds(reader: FileReader) -> Iterator[tuple[type[Kind[Any]], Iterator[Any]]]:
    """Yield the kinds of values that a file has, each with its values as layers keep them."""
    if isinstance(reader.plan.mapping, MetricsMapping):
        yield MetricsKind, iter_metrics(reader)
        return
    hasher = get_hasher()
    if isinstance(reader.plan.mapping, OrdersMapping):
        # Days are known once all orders were read.
        yield OrdersKind, iter_orders(reader, hasher)
        yield MetricsKind, iter_metrics(reader)
        yield RefundsKind, iter_refunds(reader)
    elif isinstance(reader.plan.mapping, TouchpointsMapping):
        yield TouchpointsKind, iter_touchpoints(reader, hasher)


def iter_metrics(reader: FileReader) -> Iterator[KeptMetric]:
    """Yield the metrics of a file as they are kept."""
    for metric in reader.iter_metrics():
        entity = _entity_of(
            metric.level, metric.channel, metric.account, metric.campaign, metric.ad
        )
        days = (metric.date, metric.last_date)
        yield KeptMetric(entity, days, metric.measures, metric.values)


def iter_orders(reader: FileReader, hasher: CustomerHasher) -> Iterator[KeptOrder]:
    """Yield orders as they are kept; without customers where only their numbers stand for them."""
    columns = reader.plan.mapping.columns()
    has_customers = columns["customer"] != columns.get("order")
    for each in reader.iter_orders():
        yield KeptOrder(
            key=_key_of_order(each, hasher),
            number=each.order.strip()[:MAX_NUMBER],
            date=each.date,
            at=each.at,
            customer=hasher.hash_customer(each.customer) if has_customers else "",
            channel=each.channel,
            revenue=each.revenue_micros,
            quantity=each.quantity_micros,
            discount=each.discount_micros,
            refund=each.refund_micros,
            refund_date=each.refund_date,
            status=each.status,
            is_new_customer=each.is_new_customer,
            is_refund=each.is_refund,
        )


def iter_touchpoints(reader: FileReader, hasher: CustomerHasher) -> Iterator[KeptTouchpoint]:
    """Yield touchpoints as they are kept."""
    for each in reader.iter_touchpoints():
        yield KeptTouchpoint(
            key=_key_of_touchpoint(each, hasher),
            date=each.date,
            at=each.at,
            customer=hasher.hash_customer(each.customer),
            path=each.path,
            campaign=each.campaign,
            cost=each.cost_micros,
            conversions=each.conversions_micros,
            value=each.value_micros,
            nulls=each.nulls_micros,
            rows=each.rows,
        )


def iter_refunds(reader: FileReader) -> Iterator[KeptRefunds]:
    """Yield the refunds on other days than their orders', and each day of orders without one."""
    for day, refunds in reader.iter_refunds():
        yield from (KeptRefunds(day, refunded, micros) for refunded, micros in refunds.items())
        if not refunds:
            yield KeptRefunds(day)


@lru_cache(maxsize=20_000)
def _entity_of(level: str, channel: str, account: str, campaign: str, ad: str) -> Entity:
    """Return an entity with what tells it from others of its level, whatever its names' case."""
    names = (channel, account, campaign, ad)
    key = channel
    if level in _DEEP_LEVELS:
        text = _GAP.join(map(fold, names))
        key = sha256(text.encode()).hexdigest()
    return Entity(level, key, *names)


def _key_of_touchpoint(touchpoint: TouchpointValues, hasher: CustomerHasher) -> str:
    """Return a hash of what identifies a touchpoint of its day; a path has no customer to hide."""
    names = (touchpoint.customer, str(touchpoint.at), touchpoint.campaign, *touchpoint.path)
    text = _GAP.join(names)
    return hasher.hash_text(text) if touchpoint.customer else sha256(text.encode()).hexdigest()


def _key_of_order(order: OrderValues, hasher: CustomerHasher) -> str:
    """Return what identifies an order of its day: its number, else a hash of all that it holds."""
    if order.order:
        is_short = len(order.order) < MAX_KEY
        key = order.order if is_short else sha256(order.order.encode()).hexdigest()[1:]
        return f"{NUMBERED_REFUND if order.is_refund else NUMBERED}{key}"
    amounts = (order.revenue_micros, order.quantity_micros, order.discount_micros)
    rest = (order.refund_micros, order.status, order.is_new_customer, order.is_refund)
    held = (order.at, order.customer, order.channel, *amounts, *rest)
    return hasher.hash_text(_GAP.join(map(str, held)))
