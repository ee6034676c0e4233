"""Adds up values by key in bounded memory: what does not fit is kept in sorted files."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import IO, Any, Final

import msgspec

#: Keys that are held in memory, some 500 bytes each.
MOST_KEYS: Final = 50_000
_BATCH: Final = 200
_DRAINED: Final = 2000


class Sums:
    """Values by key; ``add`` puts a value into the one that is there already.

    Keys are tuples that can be ordered and written as MessagePack. Drained, they come in the order
    in which they came first; if there were more than fit into memory, in their own order.
    """

    def __init__(
        self,
        add: Callable[[Any, Any], Any],
        *,
        key_type: Any,
        value_type: Any,
        most_keys: int,
    ) -> None:
        self._add = add
        self._most = most_keys
        self._values: dict[Any, Any] = {}
        self._runs: list[IO[bytes]] = []
        self._decoder = msgspec.msgpack.Decoder(list[tuple[key_type, value_type]])

    def put(self, key: Any, value: Any) -> None:
        """Add a value to those of its key."""
        values = self._values
        if key in values:
            values[key] = self._add(values[key], value)
        else:
            if len(values) >= self._most:
                self._spill()
            self._values[key] = value

    def put_all(self, keys: Sequence[Any], values: Sequence[Any]) -> None:
        """Add values to those of their keys."""
        held, add, most = self._values, self._add, self._most
        if len(held) + len(keys) > most:
            for key, value in zip(keys, values, strict=True):
                self.put(key, value)
            return
        for key, value in zip(keys, values, strict=True):
            held[key] = value if key not in held else add(held[key], value)

    def drain(self) -> Iterator[Collection[tuple[Any, Any]]]:
        """Yield all keys with their sums, some at once, and forget them."""
        if not self._runs:
            held, self._values = self._values, {}
            if held:
                yield held.items()
            return
        self._spill()
        merged = self._merge()
        while batch := list(islice(merged, _DRAINED)):
            yield batch
        for run in self._runs:
            run.close()
        self._runs = []

    def _spill(self) -> None:
        """Write what is held, in the order of its keys, in batches with their lengths."""
        run = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was read
        entries = sorted(self._values.items(), key=itemgetter(0))
        for start in range(0, len(entries), _BATCH):
            content = msgspec.msgpack.encode(entries[start : start + _BATCH])
            run.write(len(content).to_bytes(4, "big") + content)
        self._runs.append(run)
        self._values = {}

    def _merge(self) -> Iterator[tuple[Any, Any]]:
        merged = heapq.merge(*map(self._read, self._runs), key=itemgetter(0))
        key, value = next(merged)
        for other, more in merged:
            if other == key:
                value = self._add(value, more)
            else:
                yield key, value
                key, value = other, more
        yield key, value

    def _read(self, run: IO[bytes]) -> Iterator[tuple[Any, Any]]:
        run.seek(0)
        while head := run.read(4):
            yield from self._decoder.decode(run.read(int.from_bytes(head, "big")))
