"""The rule by which layers come to what counts: the last to name a measure governs its days."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from apps.integrations.imports.layers.claims import Claim
from apps.integrations.imports.layers.days import Ranges, Span
from apps.integrations.imports.layers.kinds import Key, Kind, Part, Row

#: Values of all layers that one window holds at most, unless a single day has more.
WINDOW_ROWS: Final = 5000
#: Values of a single day that one window holds, about.
PART_ROWS: Final = 50_000
#: Days without a value that are looked at rather than left out.
_GAP_DAYS: Final = 31
_DAY: Final = timedelta(days=1)


class AnyLayer(Protocol):
    """A layer, wherever it is kept."""

    currency: str
    measures: frozenset[str]
    ranges: Ranges
    longest_days: int

    @property
    def import_id(self) -> UUID | None:
        """Return the import that brought the layer, None before there is one."""

    def list_extents(self, first: date) -> Iterable[tuple[date, date, int]]:
        """Return the days on which the values of chunks begin, and their lengths.

        Of chunks with values from a day on these are the first, at least ``WINDOW_ROWS`` long.
        """

    def count(self, day: date) -> int:
        """Return at most how many values begin on a day."""

    def read(self, first: date, last: date) -> Iterable[bytes]:
        """Return the chunks with values that begin between two days."""


class Edit(NamedTuple):
    """What a change does to one row: its id and values, and those that count afterwards."""

    row_id: Any
    before: Row | None
    after: Row | None


class Window(NamedTuple):
    """Days on which values begin, of which a change writes the rows at a time.

    Of a day with very many values it is a part: those of some of the entities.
    """

    first: date
    last: date
    part: int = 0
    parts: int = 1

    def after(self) -> tuple[date, int]:
        """Return the day and part of the window that follows."""
        if self.part + 1 < self.parts:
            return self.first, self.part + 1
        return self.last + _DAY, 0

    def holds(self, kind: Kind[Any], key: Key) -> bool:
        """Tell whether a key that begins within the days belongs to the window."""
        if self.parts == 1:
            return True
        return zlib.crc32(repr(kind.entity_of(key)).encode()) % self.parts == self.part


def find_scope(
    layer: AnyLayer | None, layers: Sequence[AnyLayer], days: Collection[date] = ()
) -> Ranges:
    """Return the days on which values begin that may count otherwise with or without a layer.

    ``days`` are those that it changes without covering them.
    """
    spans = [(day, day) for day in days]
    if layer is not None:
        longest = max(each.longest_days for each in (layer, *layers))
        back = timedelta(days=longest - 1)
        spans += [(first - back, last) for first, last in layer.ranges]
    return Ranges(spans, gap_days=_GAP_DAYS)


def find_window(layers: Sequence[AnyLayer], days: Span, part: int = 0) -> Window:
    """Return the first of some days, as many as together hold few values, or a part of one."""
    first, last = days
    held = 0
    near = [layer for layer in layers if layer.ranges.overlap(first, last)]
    extents = sorted(chain.from_iterable(layer.list_extents(first) for layer in near))
    for begin, _, rows in extents:
        if begin > last:
            break
        held += rows
        if held > WINDOW_ROWS and begin > first:
            return Window(first, begin - _DAY)
        if held > WINDOW_ROWS:
            count = sum(layer.count(first) for layer in near)
            return Window(first, first, part, max(1, -(-count // PART_ROWS)))
    return Window(first, last)


def iter_windows(scope: Ranges, layers: Sequence[AnyLayer]) -> Iterator[Window]:
    """Yield the windows of days, one after the other."""
    day: date | None = None
    part = 0
    while (days := scope.after(day)) is not None:
        window = find_window(layers, days, part)
        yield window
        day, part = window.after()


def merge(
    kind: Kind[Any],
    layers: Sequence[AnyLayer],
    window: Window,
    claims: Mapping[UUID | None, Claim] = MappingProxyType({}),
) -> dict[Key, Row]:
    """Return the rows, by key, that layers give for values that begin within a window.

    ``claims`` say, by import, what later files take from it on other grounds than these layers.
    """
    parts: dict[Key, list[Part[Any]]] = {}
    for position, layer in enumerate(layers):
        later = layers[position + 1 :]
        overruled: dict[Span, frozenset[str]] = {}
        claim = claims.get(layer.import_id)
        for key, whole in iter_values(kind, layer, window):
            value = whole if claim is None else kind.reduce(whole, claim)
            if value is None:
                continue
            days = kind.days_of(value)
            if days not in overruled:
                overruled[days] = _find_overruled(later, days)
            if not overruled[days].issuperset(kind.measures_of(value)):
                part = Part(value, layer.currency, overruled[days])
                parts.setdefault(key, []).append(part)
    return dict(chain.from_iterable(kind.rows_of(key, own) for key, own in parts.items()))


def iter_values(kind: Kind[Any], layer: AnyLayer, window: Window) -> Iterator[tuple[Key, Any]]:
    """Yield the values of a layer that belong to a window, with their keys."""
    first, last = window.first, window.last
    if not layer.ranges.overlap(first, last):
        return
    for content in layer.read(first, last):
        for value in kind.decode(content):
            if first <= kind.days_of(value)[0] <= last:
                key = kind.key_of(value)
                if window.holds(kind, key):
                    yield key, value


def compare(before: Mapping[Key, tuple[Any, Row]], after: Mapping[Key, Row]) -> list[Edit]:
    """Return what has to change, in the order of keys, so that rows are as they are to be."""
    changed = [key for key, row in after.items() if key not in before or before[key][1] != row]
    gone = [key for key in before if key not in after]
    edits = []
    for key in sorted((*changed, *gone)):
        row_id, row = before.get(key) or (None, None)
        edits.append(Edit(row_id, row, after.get(key)))
    return edits


def _find_overruled(later: Sequence[AnyLayer], days: Span) -> frozenset[str]:
    """Return the measures that later layers govern, be it on one of a value's days."""
    taken = (each.measures for each in later if each.ranges.overlap(*days))
    return frozenset(chain.from_iterable(taken))
