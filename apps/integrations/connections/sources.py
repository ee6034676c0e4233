"""Which of a brand's sources of orders counts: one that a person chose, else by what it is."""

from __future__ import annotations

from datetime import date
from typing import Final

from apps.integrations.connections.models import Connection
from apps.integrations.connections.states import read_facts
from apps.integrations.contract import OrderSource
from apps.integrations.platforms.registry import find_adapter
from apps.integrations.platforms.specs import Role

Span = tuple[date, date]
_CHOSEN: Final = 0
#: What sells itself knows best; files know more than who only hears of a sale.
_RANKS: Final = {"shop": 1, "payments": 2, "crm": 4}
_OF_FILES: Final = 3


def describe_orders(connection: Connection, days: Span | None) -> OrderSource | None:
    """Return how a connection's orders stand, None where it has none.

    ``days`` are the first and the last one of its files of orders.
    """
    adapter = find_adapter(connection.platform)
    if adapter is None:
        return _of_files(connection, days)
    spec = adapter.spec
    if spec.role == Role.AGGREGATOR or all(each.name != "orders" for each in spec.streams):
        return None
    facts = read_facts(connection)
    return OrderSource(
        rank=_rank(connection, _RANKS.get(spec.category, _OF_FILES)),
        first_date=facts.orders_from,
        last_date=facts.orders_to if connection.disconnected_at else None,
        began_on=facts.began_on,
        whole_to=facts.orders_to,
    )


def _of_files(connection: Connection, days: Span | None) -> OrderSource | None:
    if days is None:
        return None
    rank = _rank(connection, _OF_FILES)
    return OrderSource(rank=rank, first_date=days[0], last_date=days[1], whole_to=days[1])


def _rank(connection: Connection, own: int) -> int:
    return _CHOSEN if connection.is_primary else own
