"""Makes a layer of a file's values: compact chunks of few days each, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final

import msgspec

from apps.integrations.imports.layers.days import Ranges, Span
from apps.integrations.imports.layers.kinds import Kind

CHUNK_ROWS: Final = 1000
#: Values that are put into the order of their days before they are cut into chunks.
_SORTED: Final = 20 * CHUNK_ROWS


class Chunk(msgspec.Struct, frozen=True):
    """Some values of a layer, and the first and last day on which any of them begins."""

    number: int
    first_date: date
    last_date: date
    rows: int
    content: bytes


class LayerBuilder:
    """Makes the chunks of one layer, and knows afterwards what the layer covers."""

    def __init__(self, kind: type[Kind[Any]]) -> None:
        self.kind = kind
        self.rows = 0
        self.measures: dict[str, None] = {}
        self.channels: dict[str, None] = {}
        self._spans: set[Span] = set()

    @property
    def ranges(self) -> Ranges:
        """Return the days that the layer covers."""
        return Ranges(self._spans)

    @property
    def longest_days(self) -> int:
        """Return the length of the longest span; a day has one."""
        return max(((last - first).days + 1 for first, last in self._spans), default=1)

    def iter_chunks(self, values: Iterable[Any]) -> Iterator[Chunk]:
        """Yield all values in chunks."""
        values, number = iter(values), 0
        while held := list(islice(values, _SORTED)):
            held.sort(key=self.kind.days_of)
            for start in range(0, len(held), CHUNK_ROWS):
                yield self._make(number, held[start : start + CHUNK_ROWS])
                number += 1

    def _make(self, number: int, values: list[Any]) -> Chunk:
        kind = self.kind
        self.rows += len(values)
        self._spans.update(map(kind.days_of, values))
        for measures in dict.fromkeys(map(kind.measures_of, values)):
            self.measures.update(dict.fromkeys(measures))
        for channels in map(kind.channels_of, values):
            self.channels.update(dict.fromkeys(channels))
        first, last = kind.days_of(values[0])[0], kind.days_of(values[-1])[0]
        return Chunk(number, first, last, len(values), kind.encode(values))
