"""The rule by which layers come to what counts: the last to name a measure governs its days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple, Protocol

from apps.integrations.imports.layers.days import Ranges, Span
from apps.integrations.imports.layers.kinds import Key, Kind, Part, Row

#: Values of all layers that one window holds at most, unless a single day has more.
WINDOW_ROWS: Final = 5000
#: Days without a value that are looked at rather than left out.
_GAP_DAYS: Final = 31
_DAY: Final = timedelta(days=1)


class AnyLayer(Protocol):
    """A layer, wherever it is kept."""

    currency: str
    measures: frozenset[str]
    ranges: Ranges
    longest_days: int

    def list_extents(self, first: date) -> Iterable[tuple[date, date, int]]:
        """Return the days on which the values of chunks begin, and their lengths.

        Of chunks with values from a day on these are the first, at least ``WINDOW_ROWS`` long.
        """

    def read(self, first: date, last: date) -> Iterable[bytes]:
        """Return the chunks with values that begin between two days."""


class Edit(NamedTuple):
    """What a change does to one row: its id and values, and those that count afterwards."""

    row_id: Any
    before: Row | None
    after: Row | None


def find_scope(layer: AnyLayer, layers: Sequence[AnyLayer]) -> Ranges:
    """Return the days on which values begin that may count otherwise with or without a layer."""
    longest = max(each.longest_days for each in (layer, *layers))
    back = timedelta(days=longest - 1)
    return Ranges(((first - back, last) for first, last in layer.ranges), gap_days=_GAP_DAYS)


def find_window(layers: Sequence[AnyLayer], days: Span) -> Span:
    """Return the first of some days, as many as together hold few values."""
    first, last = days
    held = 0
    extents = sorted(chain.from_iterable(layer.list_extents(first) for layer in layers))
    for begin, _, rows in extents:
        if begin > last:
            break
        held += rows
        if held > WINDOW_ROWS and begin > first:
            return first, begin - _DAY
        if held > WINDOW_ROWS:
            return first, first
    return days


def merge(kind: Kind[Any], layers: Sequence[AnyLayer], window: Span) -> dict[Key, Row]:
    """Return the rows, by key, that layers give for values that begin within a window."""
    parts: dict[Key, list[Part[Any]]] = {}
    for position, layer in enumerate(layers):
        later = layers[position + 1 :]
        overruled: dict[Span, frozenset[str]] = {}
        for value in iter_values(kind, layer, window):
            days = kind.days_of(value)
            if days not in overruled:
                overruled[days] = _find_overruled(later, days)
            if not overruled[days].issuperset(kind.measures_of(value)):
                part = Part(value, layer.currency, overruled[days])
                parts.setdefault(kind.key_of(value), []).append(part)
    return {key: kind.merge(own) for key, own in parts.items()}


def iter_values(kind: Kind[Any], layer: AnyLayer, window: Span) -> Iterator[Any]:
    """Yield the values of a layer that begin within a window."""
    first, last = window
    for content in layer.read(first, last):
        for value in kind.decode(content):
            if first <= kind.days_of(value)[0] <= last:
                yield value


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
