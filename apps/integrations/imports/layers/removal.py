"""What an import takes away: numbers of entities that its file no longer names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.layers.kinds import Key, Kind, Row
from apps.integrations.imports.layers.merging import AnyLayer, Edit, Window, iter_values
from apps.integrations.imports.messages import Removed

#: How many entities are told.
LISTED: Final = 50
_HASH_BYTES: Final = 8


class _Listed(msgspec.Struct, array_like=True):
    """An entity that is told: a row of it, and the days that are gone."""

    digest: bytes
    removed: Removed


class _State(msgspec.Struct, array_like=True):
    listed: list[_Listed] = []
    seen: bytes = b""


class Removal:
    """Collects what is taken away, window by window; it can be kept as bytes in between."""

    def __init__(self, content: bytes = b"") -> None:
        state = msgspec.msgpack.decode(content, type=_State) if content else _State()
        self._listed = {each.digest: each for each in state.listed}
        starts = range(0, len(state.seen), _HASH_BYTES)
        self._seen = {state.seen[start : start + _HASH_BYTES] for start in starts}

    @property
    def count(self) -> int:
        """Return of how many entities something is taken away."""
        return len(self._seen)

    @property
    def removed(self) -> tuple[Removed, ...]:
        """Return the first of them."""
        return tuple(each.removed for each in self._listed.values())

    def encode(self) -> bytes:
        """Return all that is known, to continue from it."""
        return msgspec.msgpack.encode(_State([*self._listed.values()], b"".join(self._seen)))

    def add(self, kind: Kind[Any], layer: AnyLayer, edits: Sequence[Edit], window: Window) -> None:
        """Take in what a window's edits take away on days of the import's layer, if not named."""
        lost = [
            (edit.before, measures)
            for edit in edits
            if edit.before is not None
            and layer.ranges.overlap(*kind.span_of(edit.before[: kind.key_length]))
            and (measures := layer.measures.intersection(kind.find_lost(edit.before, edit.after)))
        ]
        if not lost:
            return
        last = max(kind.span_of(row[: kind.key_length])[1] for row, _ in lost)
        named = _find_named(kind, layer, window._replace(last=last))
        for row, measures in lost:
            key = row[: kind.key_length]
            days, known = kind.span_of(key), set[str]()
            for span, own in named.get(kind.entity_of(key), ()):
                if span[0] <= days[1] and days[0] <= span[1]:
                    known.update(own)
            if gone := tuple(sorted(measures - known)):
                self._add(kind, row, gone, days)

    def _add(self, kind: Kind[Any], row: Row, measures: tuple[str, ...], days: Span) -> None:
        about = repr((kind.name, kind.entity_of(row[: kind.key_length]), measures)).encode()
        digest = hashlib.blake2b(about, digest_size=_HASH_BYTES).digest()
        count = (days[1] - days[0]).days + 1
        if digest in self._listed:
            known = self._listed[digest].removed
            first, last = min(known.first_date, days[0]), max(known.last_date, days[1])
            self._listed[digest].removed = msgspec.structs.replace(
                known, first_date=first, last_date=last, days=known.days + count
            )
        elif len(self._listed) < LISTED:
            removed = kind.describe(row, measures, days, count)
            self._listed[digest] = _Listed(digest, removed)
        self._seen.add(digest)


def _find_named(
    kind: Kind[Any], layer: AnyLayer, window: Window
) -> dict[Key, list[tuple[Span, tuple[str, ...]]]]:
    """Return the spans and measures of each entity of a layer that reach into a window."""
    first = window.first - timedelta(days=layer.longest_days - 1)
    named: dict[Key, list[tuple[Span, tuple[str, ...]]]] = {}
    for key, value in iter_values(kind, layer, window._replace(first=first)):
        about = (kind.days_of(value), kind.measures_of(value))
        named.setdefault(kind.entity_of(key), []).append(about)
    return named
