"""Builds a connection's next version in small steps, each of which any process may make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import F

from apps.integrations.imports.layers import KINDS
from apps.integrations.imports.layers.days import Ranges, Span
from apps.integrations.imports.layers.merging import (
    Edit,
    Window,
    compare,
    find_scope,
    find_window,
    merge,
)
from apps.integrations.imports.layers.reach import find_reach
from apps.integrations.imports.layers.removal import Removal
from apps.integrations.imports.layers.stored import StoredLayer, list_layers, read_rows
from apps.integrations.imports.models import Change, CsvImport, Layer
from apps.integrations.imports.operations.rows import insert_rows, with_ids
from omnify.db import atomic

#: Rows that one transaction writes: on SQLite others wait for it.
STEP_ROWS: Final = 1000
_BUILDING, _BUILT = Change.Phase.BUILDING, Change.Phase.BUILT


class ChangeMovedError(Exception):
    """Another process made the next step of a change."""


def begin_change(csv_import: CsvImport, *, is_undo: bool) -> Change:
    """Begin to let an import count, or not, in the transaction that has locked its connection."""
    connection = csv_import.connection
    return Change.objects.create(
        connection=connection,
        csv_import=csv_import,
        is_undo=is_undo,
        version=connection.version + 1,
    )


def move(change: Change, **fields: Any) -> None:
    """Move a change on, in the transaction of a step's effect.

    Raises:
        ChangeMovedError: it is not where this process saw it.
    """
    seen = Change.objects.filter(id=change.id, step=change.step)
    if not seen.update(step=F("step") + 1, **fields):
        raise ChangeMovedError
    change.step += 1
    for name, value in fields.items():
        setattr(change, name, value)


class ChangeBuilder:
    """One process's work on a change that is being built."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self._removal = Removal(bytes(change.removed))
        rows = Layer.objects.filter(csv_import=change.csv_import).select_related("csv_import")
        own = {row.kind: StoredLayer(row) for row in rows}
        reach = find_reach(change.connection, change.csv_import_id, is_undo=change.is_undo)
        self._claims = reach.claims
        self._works = [
            _Work(change, name, own.get(name), days)
            for name in KINDS
            if (days := reach.days.get(name, frozenset())) or name in own
        ]

    def build_window(self) -> bool:
        """Write the rows of the next days; returns False when all of them are written.

        Layers are read and merged outside of transactions.

        Raises:
            ChangeMovedError: another process works on the change, too.
        """
        change, done = self.change, 0
        is_past = not change.kind
        for work in self._works:
            is_at = change.kind == work.kind.name
            day = change.day if is_at else None
            days = work.scope.after(day) if is_at or is_past else None
            if days is not None:
                self._build(work, days, done)
                return True
            is_past, done = is_past or is_at, done + work.scope.count()
        with atomic("integrations"):
            move(change, phase=_BUILT, done=change.total)
        return False

    def _build(self, work: _Work, days: Span, done: int) -> None:
        change, kind = self.change, work.kind
        is_at = change.kind == kind.name and change.day == days[0]
        start, part = (change.position, change.part) if is_at else (0, 0)
        window = find_window((*work.layers, *work.gone), days, part)
        after = merge(kind, work.layers, window, self._claims)
        edits = compare(read_rows(kind, change.connection, window), after)
        first_step = {} if start else self._take_in(work, edits, window)
        for at in range(start, max(len(edits), 1), STEP_ROWS):
            is_last = at + STEP_ROWS >= len(edits)
            here = {"day": window.first, "part": window.part, "position": at + STEP_ROWS}
            cursor = self._after(work, window, done) if is_last else here
            with atomic("integrations"):
                move(change, kind=kind.name, **cursor, **(first_step if at == start else {}))
                self._write(work, edits[at : at + STEP_ROWS])

    def _after(self, work: _Work, window: Window, done: int) -> dict[str, Any]:
        """Return where a change is when all rows of a window are written."""
        day, part = window.after()
        return {
            "day": day,
            "part": part,
            "position": 0,
            "done": done + work.scope.count(before=day),
            "total": sum(each.scope.count() for each in self._works),
        }

    def _take_in(self, work: _Work, edits: Sequence[Edit], window: Window) -> dict[str, Any]:
        """Return what a window adds to what the change has come to."""
        if not edits:
            return {}
        change, kind = self.change, work.kind
        rows = (edit.after or edit.before or () for edit in edits)
        firsts, lasts = zip(*(kind.span_of(row[: kind.key_length]) for row in rows), strict=True)
        noted: dict[str, Any] = {
            "first_changed": min((*firsts, change.first_changed or firsts[0])),
            "last_changed": max((*lasts, change.last_changed or lasts[0])),
        }
        if work.own is not None and not change.is_undo:
            self._removal.add(kind, work.own, edits, window)
            noted["removed"] = self._removal.encode()
        return noted

    def _write(self, work: _Work, edits: Sequence[Edit]) -> None:
        version, connection = self.change.version, self.change.connection
        closed = [edit.row_id for edit in edits if edit.row_id is not None]
        if closed:
            with_ids(work.kind.row_type, closed).update(until=version)
        added = [edit.after for edit in edits if edit.after is not None]
        insert_rows(work.kind, connection, added, version)


class _Work:
    """What a change has to do with the layers of one kind: on its own days, and on some others."""

    def __init__(
        self, change: Change, name: str, own: StoredLayer | None, days: frozenset[date]
    ) -> None:
        connection, own_id = change.connection, change.csv_import_id
        self.kind = KINDS[name](connection)
        self.own = own
        self.gone = (own,) if own is not None and change.is_undo else ()
        ids = {"without_id" if change.is_undo else "with_id": own_id}
        self.layers = list_layers(connection, name, **ids)
        self.scope: Ranges = find_scope(own, self.layers, days)
