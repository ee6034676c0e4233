"""Keeping orders and touches: each as it stands now, with the sums of the days that it changes.

An order that a platform does not name stays: a list of changes is no list of all orders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from apps.integrations.connections.models import Connection
from apps.integrations.contract import MetricsChanged, OrdersChanged, TouchpointsChanged
from apps.integrations.customers.operations import CustomerHasher, get_hasher
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.metrics.operations import settle_channels
from apps.integrations.metrics.queries import read_spellings
from apps.integrations.orders.models import MAX_KEY, MAX_NUMBER, MAX_STATUS, Order
from apps.integrations.platforms.rows import OrderRow, Slice, TouchRow
from apps.integrations.syncing import queries
from apps.integrations.syncing.coverage import Covered
from apps.integrations.syncing.operations.keeping import (
    METRICS,
    Asked,
    let_count,
    lock_connection,
    lock_cursor,
    note_run,
)
from apps.integrations.syncing.operations.replacing import Columns, replace_rows
from apps.integrations.syncing.zones import find_zone
from apps.integrations.touchpoints.models import STEP, Touchpoint
from omnify.db import atomic
from omnify.names import fold

T = TypeVar("T", OrderRow, TouchRow)
#: Orders or touches of one transaction.
BATCH: Final = 1000
#: How the key of an order begins, and that of its refunds.
_ORDER, _REFUND = "+", "-"
_OWNERS: Final = ("organization_id", "connection_id", "since")
_ORDERS: Final = Columns(
    keys=("key", "ordinal"),
    values=(
        *("date", "number", "at", "customer", "channel", "currency", "revenue_micros"),
        *("quantity_micros", "discount_micros", "refund_micros", "refund_date", "status"),
        *("is_new_customer", "is_refund", "is_test"),
        *("gross_micros", "presentment_currency", "presentment_micros"),
    ),
    others=(*_OWNERS, "platform_account_id"),
)
_TOUCHES: Final = Columns(
    keys=("key",),
    values=("date", "at", "customer", "path", "campaign"),
    others=(*_OWNERS, "currency", "rows"),
)
_LEVELS: Final = dict.fromkeys(("revenue", "orders"), DailyMetric.Level.ORGANIZATION.value)
_MICROS: Final = 1_000_000


class _Writing(NamedTuple):
    """What rows are made with: the connection, its spellings, and the hasher of its customers."""

    asked: Asked
    connection: Connection
    spelled: dict[str, str]
    hasher: CustomerHasher

    def spell(self, channel: str) -> str:
        """Return a channel as its organization spells it."""
        return self.spelled.get(fold(channel), channel)

    def day_of(self, moment: datetime) -> date:
        """Return the day of the account's zone."""
        return moment.astimezone(find_zone(self.asked.slice.account.timezone)).date()


def keep_orders(asked: Asked, piece: Slice, rows: Sequence[OrderRow]) -> None:
    """Keep orders as they stand now, some in each transaction; the last one moves the cursor.

    Raises:
        JobCancelledError: the run was ended meanwhile; what was kept before stays.
    """
    newest = {row.id: row for row in sorted(rows, key=lambda row: row.updated_at)}
    _keep(asked, piece, list(newest.values()), _replace_orders)


def keep_touches(asked: Asked, piece: Slice, rows: Sequence[TouchRow]) -> None:
    """Keep touches as they stand now; raises as ``keep_orders`` does."""
    newest = {row.id: row for row in rows}
    _keep(asked, piece, list(newest.values()), _replace_touches)


def _keep(
    asked: Asked, piece: Slice, rows: list[T], replace: Callable[[_Writing, list[T]], None]
) -> None:
    hasher = get_hasher()
    for start in range(0, max(1, len(rows)), BATCH):
        batch = rows[start : start + BATCH]
        with atomic("integrations"):
            connection = lock_connection(asked.run)
            settle_channels(connection, (row.channel for row in batch))
            replace(_Writing(asked, connection, read_spellings(connection), hasher), batch)
            if start + BATCH >= len(rows):
                _move_cursor(asked, piece)


def _move_cursor(asked: Asked, piece: Slice) -> None:
    """Note what was asked: days, or changes up to the moment at which the question began."""
    cursor = lock_cursor(asked.slice)
    covered = Covered(piece.first, piece.last, asked.slice.shape, asked.at)
    cursor.ranges = msgspec.to_builtins(queries.find_coverage(cursor).mark(covered).ranges)
    # Whatever changes after the first part of all was asked is a change to be asked for.
    if piece.since is not None or cursor.changed_until is None:
        cursor.changed_until = asked.at
    cursor.save(update_fields=["ranges", "changed_until"])


def _replace_orders(writing: _Writing, rows: list[OrderRow]) -> None:
    asked, connection = writing.asked, writing.connection
    account = asked.slice.account
    keys = [key for row in rows for key in (_key(_ORDER, row.id), _key(_REFUND, row.id))]
    kept = Order.objects.filter(connection=connection, key__in=keys, until__isnull=True)
    standing = [row for row in rows if not row.is_gone]
    new = [order for row in standing for order in _orders_of(writing, row)]
    change = replace_rows(_ORDERS, kept, map(_ORDERS.values_of, new))
    currency = account.currency or (rows[0].currency if rows else "")
    summed = _sum_days(connection, asked, change.days, currency)
    levels = _LEVELS if asked.complete_level else {}
    let_count(asked, connection, levels, {MetricsChanged: summed, OrdersChanged: change.days})
    note_run(asked.run, change.counts)


def _orders_of(writing: _Writing, row: OrderRow) -> Iterator[Order]:
    """Yield an order, and each of its refunds on its own day."""
    asked, connection = writing.asked, writing.connection
    currency, shown = row.presentment or ("", None)
    alike = {
        "organization_id": connection.organization_id,
        "connection": connection,
        "platform_account": asked.slice.account,
        "since": connection.version or 1,
        "number": row.number[:MAX_NUMBER],
        "customer": writing.hasher.hash_customer(row.customer),
        "channel": writing.spell(row.channel),
        "currency": row.currency,
        "status": row.status[:MAX_STATUS],
        "is_test": row.is_test,
        "presentment_currency": currency,
    }
    yield Order(
        **alike,
        key=_key(_ORDER, row.id),
        date=writing.day_of(row.at),
        at=row.at,
        revenue_micros=row.revenue_micros,
        gross_micros=row.gross_micros,
        presentment_micros=shown,
        quantity_micros=row.quantity_micros,
        discount_micros=row.discount_micros,
        is_new_customer=row.is_new_customer,
    )
    for ordinal, refund in enumerate(sorted(row.refunds, key=lambda each: each.id)):
        day = writing.day_of(refund.at)
        yield Order(
            **alike,
            key=_key(_REFUND, row.id),
            ordinal=ordinal,
            date=day,
            at=refund.at,
            refund_micros=refund.micros,
            presentment_micros=refund.presentment_micros if currency else None,
            refund_date=day,
            is_refund=True,
        )


def _sum_days(connection: Connection, asked: Asked, days: list[date], currency: str) -> list[date]:
    """Write what the orders of an account come to on some days; return where that is new.

    Tests are not counted.
    """
    account = asked.slice.account
    own = {"platform_account": account, "date__in": days}
    orders = Order.objects.filter(**own, is_test=False, currency=currency, until__isnull=True)
    is_order = Q(is_refund=False)
    sums = (
        orders.order_by()
        .values("date")
        .annotate(
            sold=Coalesce(Sum("revenue_micros", filter=is_order), 0),
            returned=Coalesce(Sum("refund_micros"), 0),
            count=Count("id", filter=is_order),
        )
    )
    days_sums = sums.annotate(revenue=F("sold") - F("returned"))
    new = [_make_day(connection, asked, currency, day) for day in days_sums]
    kept = DailyMetric.objects.filter(**own, level=DailyMetric.Level.ORGANIZATION)
    return replace_rows(METRICS, kept, map(METRICS.values_of, new)).days


def _make_day(
    connection: Connection, asked: Asked, currency: str, day: Mapping[str, Any]
) -> DailyMetric:
    account = asked.slice.account
    return DailyMetric(
        organization_id=connection.organization_id,
        connection=connection,
        platform_account=account,
        level=DailyMetric.Level.ORGANIZATION.value,
        entity_key=account.external_id,
        date=day["date"],
        last_date=day["date"],
        currency=currency,
        since=connection.version or 1,
        revenue_micros=day["revenue"],
        orders_micros=day["count"] * _MICROS,
    )


def _replace_touches(writing: _Writing, rows: list[TouchRow]) -> None:
    connection = writing.connection
    keys = [_key("", row.id) for row in rows]
    kept = Touchpoint.objects.filter(connection=connection, key__in=keys, until__isnull=True)
    new = [
        Touchpoint(
            organization_id=connection.organization_id,
            connection=connection,
            since=connection.version or 1,
            key=_key("", row.id),
            date=writing.day_of(row.at),
            at=row.at,
            customer=writing.hasher.hash_customer(row.customer),
            path=f"{STEP}{writing.spell(row.channel)}{STEP}",
            campaign=row.campaign[:255],
        )
        for row in rows
    ]
    change = replace_rows(_TOUCHES, kept, map(_TOUCHES.values_of, new))
    let_count(writing.asked, connection, {}, {TouchpointsChanged: change.days})
    note_run(writing.asked.run, change.counts)


def _key(kind: str, name: str) -> str:
    """Return a key of an id; of a long one its hash."""
    longest = MAX_KEY - len(kind)
    own = name if len(name) <= longest else hashlib.sha256(name.encode()).hexdigest()[:longest]
    return kind + own
