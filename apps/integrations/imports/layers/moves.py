"""Orders that several files of a source have on different days: the last of the files has them.

The number of an order is that of one order of its source. Of orders without one nobody can say
whether they are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from typing import Final, NamedTuple
from uuid import UUID
from zlib import crc32

import msgspec
from django.db.models import Sum

from apps.integrations.imports.layers.claims import Claim
from apps.integrations.imports.layers.days import Ranges
from apps.integrations.imports.layers.orders import KeptOrder, OrdersKind
from apps.integrations.imports.layers.stored import StoredLayer
from apps.integrations.imports.models import Layer, LayerChunk

#: Numbers of orders that are held in memory, some 150 bytes each.
MOST_NUMBERS: Final = 500_000
_decoder: Final = msgspec.msgpack.Decoder(list[KeptOrder])


class Moves(NamedTuple):
    """What later files take by import, and the days that a change takes orders from, or gives."""

    claims: dict[UUID, Claim]
    days: frozenset[date]


@lru_cache(maxsize=4)
def find_moves(import_ids: tuple[UUID, ...], own_id: UUID | None, *, is_undo: bool) -> Moves:
    """Return which orders of imports, the earliest first, later ones have on another day.

    ``own_id`` is the one of them that begins to count, or is undone and takes nothing. All orders
    are read, again for every ``MOST_NUMBERS`` of them; the answer is kept for the next step of
    the change, since layers stay as they are.
    """
    if len(import_ids) < 2:  # noqa: PLR2004 - nothing moves within one file
        return Moves({}, frozenset())
    rows = Layer.objects.filter(csv_import_id__in=import_ids, kind=OrdersKind.name)
    layers = [StoredLayer(row) for row in rows.select_related("csv_import")]
    chunks = LayerChunk.objects.filter(csv_import_id__in=import_ids, kind=OrdersKind.name)
    count = chunks.aggregate(rows=Sum("rows"))["rows"]
    finder = _Finder(layers[::-1], own_id, is_undo=is_undo)
    parts = -(-count // MOST_NUMBERS)
    for part in range(parts):
        finder.run(part, parts)
    return Moves(finder.claims, frozenset(finder.days))


class _Finder:
    """Finds what later layers take from earlier ones, of which the last one comes first."""

    def __init__(self, layers: list[StoredLayer], own_id: UUID | None, *, is_undo: bool) -> None:
        self.claims: dict[UUID, Claim] = {}
        self.days: set[date] = set()
        self._layers = layers
        self._own_id = own_id
        self._is_undo = is_undo

    def run(self, part: int, parts: int) -> None:
        """Look at a part of all numbers."""
        #: The numbers that later layers have: whether one has it that is not the change's own.
        named: dict[str, bool] = {}
        later: list[Ranges] = []
        for layer in self._layers:
            is_other = layer.import_id != self._own_id
            numbers: dict[str, bool] = {}
            is_covered = cache(lambda day: any(each.overlap(day, day) for each in later))
            for order in _iter_numbered(layer, part, parts):
                by_other = named.get(order.key)
                numbers[order.key] = is_other or bool(by_other)
                if by_other is not None and not is_covered(order.date):
                    self._move(layer.import_id, order, by_other=by_other)
            named |= numbers
            if is_other or not self._is_undo:
                later.append(layer.ranges)

    def _move(self, import_id: UUID, order: KeptOrder, *, by_other: bool) -> None:
        if not by_other:
            self.days.add(order.date)
        if by_other or not self._is_undo:
            _take(order, self.claims.setdefault(import_id, Claim()))


def _take(order: KeptOrder, claim: Claim) -> None:
    """Claim an order, with what it added to its day and to that of its refund."""
    claim.keys.add(order.key)
    claim.orders[order.date] += 1_000_000
    claim.revenue[order.date] += order.revenue or 0
    if order.refund and order.refund_date == order.date:
        claim.revenue[order.date] -= order.refund
    elif order.refund and order.refund_date is not None:
        claim.refunds[order.date, order.refund_date] += order.refund


def _iter_numbered(layer: StoredLayer, part: int, parts: int) -> Iterator[KeptOrder]:
    """Yield the orders of a layer that have a number, of a part of all numbers."""
    for content in layer.read(date.min, date.max):
        for order in _decoder.decode(content):
            if order.is_numbered and (parts == 1 or crc32(order.key.encode()) % parts == part):
                yield order
