"""How far a change goes beyond the days that its file covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from apps.integrations.connections.models import Connection
from apps.integrations.imports.layers.claims import Claim
from apps.integrations.imports.layers.metrics import MetricsKind
from apps.integrations.imports.layers.moves import find_moves
from apps.integrations.imports.layers.orders import OrdersKind
from apps.integrations.imports.layers.refunds import RefundsKind
from apps.integrations.imports.layers.stored import StoredLayer, list_layers

_REVENUE = "revenue"


class Reach(NamedTuple):
    """What later files take by import once a change is made, and days that it touches by kind."""

    claims: Mapping[UUID | None, Claim]
    days: Mapping[str, frozenset[date]]


def find_reach(connection: Connection, own_id: UUID, *, is_undo: bool) -> Reach:
    """Return the reach of a change that lets an import count, or no longer."""
    orders = list_layers(connection, OrdersKind.name, with_id=own_id)
    if not orders:
        return Reach({}, {})
    ids = tuple(each.import_id for each in orders)
    is_of_orders = own_id in ids
    moves = find_moves(ids, own_id if is_of_orders else None, is_undo=is_of_orders and is_undo)
    metrics = list_layers(connection, MetricsKind.name, with_id=own_id)
    naming = [each for each in metrics if _REVENUE in each.measures and each.import_id not in ids]
    paid = frozenset[date]()
    for own in naming:
        paid |= _find_refunded(connection, own) if own.import_id == own_id else set()
    counting = [each for each in naming if not is_undo or each.import_id != own_id]
    claims: dict[UUID | None, Claim] = {
        each: replace(
            moves.claims.get(each, Claim()),
            named=[later.ranges for later in counting if later.import_id > each],
        )
        for each in ids
    }
    kinds = dict.fromkeys((OrdersKind.name, MetricsKind.name), moves.days)
    return Reach(claims, {**kinds, RefundsKind.name: moves.days | paid})


def _find_refunded(connection: Connection, own: StoredLayer) -> frozenset[date]:
    """Return the days of orders for which was paid back on days of a layer."""
    kind = RefundsKind(None)
    return frozenset(
        refunds.date
        for layer in list_layers(connection, RefundsKind.name)
        for content in layer.read(date.min, date.max)
        for refunds in kind.decode(content)
        if refunds.refund_date and own.ranges.overlap(refunds.refund_date, refunds.refund_date)
    )
