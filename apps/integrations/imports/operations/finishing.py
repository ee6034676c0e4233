"""Lets a change that is built count, deletes what no longer counts, or takes a change back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db.models import QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import DaysChanged, note_change, take_version
from apps.integrations.contract import MetricsChanged, OrdersChanged, TouchpointsChanged
from apps.integrations.imports.layers import KINDS
from apps.integrations.imports.layers.removal import Removal
from apps.integrations.imports.models import Change, CsvImport, Layer, LayerChunk
from apps.integrations.imports.operations.changing import (
    STEP_ROWS,
    ChangeBuilder,
    ChangeMovedError,
    move,
)
from apps.integrations.imports.operations.rates import publish_rates
from apps.integrations.imports.operations.rows import with_ids
from apps.integrations.rates.models import ExchangeRate
from omnify.db import atomic
from omnify.jobs.messages import JobNotFoundError
from omnify.jobs.queries import get_job

Phase = Change.Phase
_STEP_CHUNKS: Final = 50
#: What is told of, by the kind of a file; days of orders have metrics.
_EVENTS: Final[dict[str, tuple[type[DaysChanged], ...]]] = {
    "orders": (MetricsChanged, OrdersChanged),
    "touchpoints": (TouchpointsChanged,),
}


def finish_change(connection: Connection, *, deadline: float, now: datetime) -> bool:
    """Make the steps that are left of the change that a connection is in, if it is in one.

    A change whose job failed or was cancelled is taken back. ``deadline`` is a reading of the
    monotonic clock; returns whether the change was over before it.
    """
    while (change := find_change(connection)) is not None:
        try:
            for _ in _iter_steps(change, now):
                if time.monotonic() > deadline:
                    return False
        except ChangeMovedError:
            continue
    return True


def find_change(connection: Connection) -> Change | None:
    """Return the change that a connection is in, None if it is in none."""
    changes = Change.objects.filter(connection=connection)
    return changes.select_related("connection", "csv_import").first()


def build_until(change: Change, deadline: float) -> bool:
    """Build a change; returns whether all of it was built before a reading of the clock."""
    try:
        if change.phase == Phase.BUILDING:
            builder = ChangeBuilder(change)
            while builder.build_window():
                if time.monotonic() > deadline:
                    return False
    except ChangeMovedError:
        return False
    return True


def flip(change: Change, now: datetime) -> None:
    """Let what a change built count, at once, and publish which days changed; in a transaction.

    Raises:
        ChangeMovedError: another process did so, or takes the change back.
    """
    csv_import = change.csv_import
    connection = Connection.objects.select_for_update().get(id=change.connection_id)
    move(change, phase=Phase.TIDYING)
    removal = Removal(bytes(change.removed))
    if change.is_undo:
        csv_import.state = CsvImport.State.UNDONE
    else:
        csv_import.state = CsvImport.State.ACTIVE
        csv_import.removed = msgspec.to_builtins(removal.removed)
        csv_import.removed_count = removal.count
    csv_import.save(update_fields=["state", "removed", "removed_count"])
    levels: dict[str, str] = {}
    active = CsvImport.objects.filter(connection=connection, state=CsvImport.State.ACTIVE)
    remaining = list(active.order_by("id").values_list("levels", flat=True))
    for own in remaining:
        levels |= own
    if not remaining:
        # The brand was that of its files; the next one says whose the source is.
        connection.brand_id = None
    take_version(connection, change.version, complete_levels=levels, now=now)
    publish_rates(csv_import)
    if change.first_changed and change.last_changed:
        for event in _EVENTS.get(csv_import.kind, (MetricsChanged,)):
            note_change(
                connection, event, first=change.first_changed, last=change.last_changed, now=now
            )


def iter_tidying(change: Change) -> Iterator[None]:
    """Delete, step by step, the rows that no longer count, and the layers of an undone import."""
    for kind in KINDS.values():
        rows = kind.row_type.objects.filter(connection_id=change.connection_id)
        yield from _delete(rows.filter(until__lte=change.version), STEP_ROWS)
    if change.is_undo:
        yield from _delete(LayerChunk.objects.filter(csv_import=change.csv_import), _STEP_CHUNKS)
        yield from _delete(Layer.objects.filter(csv_import=change.csv_import), _STEP_CHUNKS)
        yield from _delete(ExchangeRate.objects.filter(csv_import=change.csv_import), STEP_ROWS)
    yield from _delete(Change.objects.filter(id=change.id), 1)


def take_back(change: Change) -> None:
    """Let nothing of a change that does not count yet ever count.

    Raises:
        ChangeMovedError: it counts meanwhile.
    """
    with atomic("integrations"):
        move(change, phase=Phase.REVERTING)


def discard_import(csv_import: CsvImport) -> None:
    """Delete an import that never counted, and its connection if it has no other."""
    for _ in _delete(LayerChunk.objects.filter(csv_import=csv_import), _STEP_CHUNKS):
        pass
    for _ in _delete(ExchangeRate.objects.filter(csv_import=csv_import), STEP_ROWS):
        pass
    with atomic("integrations"):
        connection = Connection.objects.select_for_update().get(id=csv_import.connection_id)
        csv_import.delete()
        if not connection.version and not connection.imports.exists():
            connection.delete()


def _iter_steps(change: Change, now: datetime) -> Iterator[None]:
    """Make the steps that are left of a change."""
    if change.phase in (Phase.BUILDING, Phase.BUILT) and _is_given_up(change):
        take_back(change)
    if change.phase == Phase.BUILDING:
        builder = ChangeBuilder(change)
        while builder.build_window():
            yield
    if change.phase == Phase.BUILT:
        with atomic("integrations"):
            flip(change, now)
    if change.phase == Phase.REVERTING:
        yield from _iter_reverting(change)
    else:
        yield from iter_tidying(change)


def _iter_reverting(change: Change) -> Iterator[None]:
    """Delete, step by step, the rows of the version that is not to be, and open the others."""
    for kind in KINDS.values():
        rows = kind.row_type.objects.filter(connection_id=change.connection_id)
        yield from _delete(rows.filter(since=change.version), STEP_ROWS)
        closed = rows.filter(until=change.version)
        while ids := list(closed.values_list("id", flat=True)[:STEP_ROWS]):
            with atomic("integrations"):
                with_ids(kind.row_type, ids).update(until=None)
            yield
    yield from _delete(Change.objects.filter(id=change.id), 1)
    if not change.is_undo:
        discard_import(change.csv_import)


def _delete(rows: QuerySet[Any], count: int) -> Iterator[None]:
    """Delete rows, some in each transaction."""
    while ids := list(rows.order_by().values_list("id", flat=True)[:count]):
        with atomic("integrations"):
            with_ids(rows.model, ids).delete()
        yield


def _is_given_up(change: Change) -> bool:
    """Tell whether the job that makes a change has failed or was cancelled."""
    if change.job_id is None:
        return False
    try:
        job = get_job("integrations", change.job_id)
    except JobNotFoundError:
        return True
    return job.is_over and job.state != "succeeded"
