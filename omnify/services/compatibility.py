"""Find changes that two versions of the contracts, running side by side, do not survive.

Works on the document that ``omnify.api.contracts`` writes, so that any former version can be
compared. A change is breaking when it breaks a fleet that does not use anything new yet,
in any order of deployment: arguments of an older caller reach a newer callee, and results (and
events) cross in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

Schema = dict[str, Any]
Document = dict[str, Any]

#: Limits below which, and above which, a value is refused.
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_EXACT = ("pattern", "multipleOf")


class Break(NamedTuple):
    """A change that breaks a running version: its kind, where it is, and what it does."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}: {self.what}"


def find_breaks(old: Document, new: Document) -> list[Break]:
    """Return every breaking change from one version of the contracts to another."""
    return [*_contract_breaks(old, new), *_event_breaks(old, new)]


def _contract_breaks(old: Document, new: Document) -> Iterator[Break]:
    for name, contract in old["contracts"].items():
        if name not in new["contracts"]:
            yield Break("removed", name, "older callers still ask it")
            continue
        methods = new["contracts"][name]["methods"]
        for method, former in contract["methods"].items():
            where = f"{name}.{method}"
            if method not in methods:
                yield Break("removed", where, "older callers still call it")
            else:
                yield from _method_breaks(where, former, methods[method], old, new)


def _method_breaks(
    where: str, former: Schema, present: Schema, old: Document, new: Document
) -> Iterator[Break]:
    if former["idempotent"] and not present["idempotent"]:
        what = "older callers repeat it without an idempotency key"
        yield Break("tightened", where, f"no longer idempotent: {what}")
    forth, back = _Reader(old, new), _Reader(new, old, word="widened")
    yield from forth.object_breaks(where, former["arguments"], present["arguments"])
    result = f"{where}()"
    yield from forth.breaks(result, former["result"], present["result"])
    yield from back.breaks(result, present["result"], former["result"])


def _event_breaks(old: Document, new: Document) -> Iterator[Break]:
    for topic, former in old["events"].items():
        present = new["events"].get(topic)
        if present is None:
            yield Break("removed", topic, "older subscribers still wait for it")
            continue
        if present["version"] > former["version"]:
            what = f"version {former['version']} became {present['version']}"
            yield Break("retyped", topic, f"{what}: older subscribers put it away as dead")
        if present["key"] != former["key"]:
            what = f"'{former['key']}' became '{present['key']}'"
            yield Break("retyped", topic, f"the key {what}: versions disagree on the order")
        yield from _Reader(old, new).breaks(topic, former["payload"], present["payload"])
        back = _Reader(new, old, word="widened")
        yield from back.breaks(topic, present["payload"], former["payload"])


class _Reader:
    """Compares what one version writes with what another one reads.

    From the older version to the newer, every break is named. In the other direction, only what
    the newer version may write and the older one cannot read; the rest was named before.
    """

    def __init__(self, writer: Document, reader: Document, word: str = "tightened") -> None:
        self._writer, self._reader = writer["messages"], reader["messages"]
        self._word = word
        self._is_forth = word == "tightened"
        self._seen: set[tuple[int, int]] = set()

    def breaks(self, where: str, written: Schema, read: Schema) -> Iterator[Break]:
        """Yield each value that may be written and cannot be read."""
        accepted = [_resolve(item, self._reader) for item in _alternatives(read)]
        for item in _alternatives(written):
            one = _resolve(item, self._writer)
            fitting = [other for other in accepted if _kind(one) == _kind(other)]
            if fitting:
                fitting.sort(key=lambda other: other.get("title") != one.get("title"))
                yield from self._same_kind_breaks(where, one, fitting[0])
            elif not (_kind(one) == ("integer", "") and ("number", "") in map(_kind, accepted)):
                yield from self._kind_breaks(where, one, accepted, len(_alternatives(written)))

    def object_breaks(self, where: str, written: Schema, read: Schema) -> Iterator[Break]:
        """Yield what may be written and cannot be read of two sets of fields."""
        ours, theirs = written.get("properties", {}), read.get("properties", {})
        for name, schema in ours.items():
            place = f"{where}.{name}"
            if name in theirs:
                yield from self.breaks(place, schema, theirs[name])
            elif self._is_forth:
                yield Break("removed", place, "the older version sends it, or waits for it")
        if not self._is_forth:
            return
        for name in read.get("required", ()):
            if name not in written.get("required", ()):
                what = "is not sent" if name not in ours else "may be left out"
                yield Break("newly required", f"{where}.{name}", f"{what} by the older version")

    def _kind_breaks(
        self, where: str, one: Schema, accepted: list[Schema], count: int
    ) -> Iterator[Break]:
        if count == 1 and len(accepted) == 1:
            if self._is_forth:
                yield Break("retyped", where, f"{_name(one)} became {_name(accepted[0])}")
            return
        versions = "the newer" if self._is_forth else "the older"
        yield Break(self._word, where, f"{_name(one)} is not read by {versions} version")

    def _same_kind_breaks(self, where: str, written: Schema, read: Schema) -> Iterator[Break]:
        if written.get("type") == "object":
            # A message may hold itself; what is wrong in it is said at its first place.
            pair = (id(written), id(read))
            if pair not in self._seen:
                self._seen.add(pair)
                yield from self.object_breaks(where, written, read)
            return
        if "items" in written and isinstance(written["items"], dict):
            yield from self.breaks(f"{where}[]", written["items"], read.get("items") or {})
        pairs = zip(written.get("prefixItems", ()), read.get("prefixItems", ()), strict=False)
        for index, (one, other) in enumerate(pairs):
            yield from self.breaks(f"{where}[{index}]", one, other)
        missing = [value for value in _members(written) if value not in _members(read)]
        if missing:
            listed = ", ".join(map(str, missing))
            yield Break(self._word, where, f"{listed} is no member for the reading version")
        for name in (*_LOWER, *_UPPER, *_EXACT):
            if name in read and _is_tighter(name, written.get(name), read[name]):
                what = f"{name} {written.get(name, 'unlimited')} against {read[name]}"
                yield Break(self._word, where, what)


def _alternatives(schema: Schema) -> list[Schema]:
    schemas: list[Schema] = schema.get("anyOf", [schema])
    return schemas


def _resolve(schema: Schema, messages: dict[str, Schema]) -> Schema:
    reference = schema.get("$ref")
    return messages[reference.rpartition("/")[2]] if reference else schema


def _kind(schema: Schema) -> tuple[str, str]:
    if "enum" in schema:
        return "enum", ""
    if "prefixItems" in schema:
        return "array", str(len(schema["prefixItems"]))
    form = schema.get("format") or schema.get("contentEncoding") or ""
    return str(schema.get("type", "")), str(form)


def _name(schema: Schema) -> str:
    return str(schema.get("title") or schema.get("format") or " ".join(_kind(schema)).strip())


def _members(schema: Schema) -> list[Any]:
    members: list[Any] = schema.get("enum", [])
    return members


def _is_tighter(name: str, written: Any, read: Any) -> bool:
    if written is None:
        return True
    if name in _LOWER:
        return bool(read > written)
    if name in _UPPER:
        return bool(read < written)
    return bool(read != written)
