"""Keeps what each import brought, and says what imports come to in their order.

A kind of values says how it is kept and merged (``Kind``); ``KINDS`` are all of them. A
``LayerBuilder`` makes the layer of a file, ``merge`` is the rule, ``stored`` has the database.
"""

from typing import Any, Final

from apps.integrations.imports.layers.kinds import Kind
from apps.integrations.imports.layers.metrics import MetricsKind
from apps.integrations.imports.layers.orders import OrdersKind
from apps.integrations.imports.layers.refunds import RefundsKind
from apps.integrations.imports.layers.touchpoints import TouchpointsKind

#: In the order in which a change goes through them.
KINDS: Final[dict[str, type[Kind[Any]]]] = {
    each.name: each for each in (OrdersKind, TouchpointsKind, MetricsKind, RefundsKind)
}

__all__ = ["KINDS", "Kind", "MetricsKind", "OrdersKind", "RefundsKind", "TouchpointsKind"]
