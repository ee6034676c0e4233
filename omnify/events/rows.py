"""The hot path of the tables: rows as tuples, and statements for many rows at once.

Model instances cost three times as much as the statements themselves; see ``benchmarks/events.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DatabaseError, connections
from django.utils import timezone

from omnify.events.models import Delivery, Outbox, Shard

_TABLE = Delivery._meta.db_table  # noqa: SLF001 - Django's documented API
_COLUMNS = "id, event_id, topic, version, key, shard, payload, origin"
_OUTBOX = f"SELECT {_COLUMNS} FROM {Outbox._meta.db_table} WHERE shard = %s ORDER BY id LIMIT %s"  # noqa: S608, SLF001 - our own names
_WAITING = (
    "SELECT id, subscriber, topic, version, key, payload, origin, attempts,"  # noqa: S608 - our own names
    f" next_at IS NOT NULL AND next_at > %s AND next_at <= %s FROM {_TABLE}"
    " WHERE subscriber = %s AND shard = %s AND state = 'new' ORDER BY id LIMIT %s"
)
_INSERT = (
    f"INSERT INTO {_TABLE} (event_id, subscriber, topic, version, key, shard, payload, origin,"  # noqa: S608 - our own names
    " state, attempts, error, created_at) VALUES "
)
_PLACES = "(%s, %s, %s, %s, %s, %s, %s, %s, 'new', 0, '', %s)"


class EventRow(NamedTuple):
    """A row of the outbox, or an event that arrived, with ``id`` zero.

    ``event_id`` is as the database has it: a UUID or its hex digits.
    """

    id: int
    event_id: UUID | str
    topic: str
    version: int
    key: str
    shard: int
    payload: bytes
    origin: bytes


class Waiting(NamedTuple):
    """A delivery that is to be handled, now or (``has_to_wait``) after a pause."""

    id: int
    subscriber: str
    topic: str
    version: int
    key: str
    payload: bytes
    origin: bytes
    attempts: int
    has_to_wait: bool


def read_outbox(alias: str, shard: int, limit: int) -> list[EventRow]:
    """Return the oldest events of a shard of the outbox."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_OUTBOX, [shard, limit])
        return [EventRow(*row) for row in cursor.fetchall()]


def delete_sent(alias: str, rows: Sequence[EventRow]) -> None:
    """Delete relayed events from the outbox."""
    Outbox.objects.using(alias).filter(id__in=[row.id for row in rows]).delete()


def insert_deliveries(alias: str, arrived: Sequence[tuple[EventRow, str]]) -> None:
    """Store events for subscribers, in the open transaction, unless they are stored already."""
    connection = connections[alias]
    is_typed = connection.features.has_native_uuid_field
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    values: list[Any] = []
    for row, subscriber in arrived:
        event_id = row.event_id
        if isinstance(event_id, UUID) and not is_typed:
            event_id = event_id.hex
        values += (event_id, subscriber, row.topic, row.version, row.key, row.shard)
        values += (row.payload, row.origin, now)
    places = ", ".join([_PLACES] * len(arrived))
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSERT}{places} ON CONFLICT DO NOTHING", values)


def read_waiting(
    alias: str, subscriber: str, shard: int, *, limit: int, longest_pause: timedelta
) -> list[Waiting]:
    """Return the oldest deliveries of a subscriber's shard that are not handled.

    One that would have to wait longer than ``longest_pause`` was put off by a clock that jumped,
    and does not wait.
    """
    connection = connections[alias]
    now = timezone.now()
    between = [
        connection.ops.adapt_datetimefield_value(each) for each in (now, now + longest_pause)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [*between, subscriber, shard, limit])
        return [Waiting(*row) for row in cursor.fetchall()]


def mark_done(alias: str, ids: Sequence[int]) -> None:
    """Mark deliveries as handled, in the transaction of their effects.

    Raises:
        DatabaseError: another process marked one of them meanwhile: then undo this.
    """
    changed = (
        Delivery.objects.using(alias)
        .filter(id__in=ids, state=Delivery.State.NEW)
        .update(state=Delivery.State.DONE, done_at=timezone.now(), error="")
    )
    if changed != len(ids):
        raise DatabaseError("handled elsewhere meanwhile")


def begin_shard(alias: str, subscriber: str, shard: int) -> bool:
    """Mark a shard as being handled; returns whether a process died while it was."""
    marks = Shard.objects.using(alias).filter(subscriber=subscriber, shard=shard)
    was_running = marks.values_list("is_running", flat=True).first()
    if was_running is None:
        Shard.objects.using(alias).create(subscriber=subscriber, shard=shard, is_running=True)
    elif not was_running:
        marks.update(is_running=True)
    return bool(was_running)


def end_shard(alias: str, subscriber: str, shard: int) -> None:
    """Mark a shard as not being handled."""
    Shard.objects.using(alias).filter(subscriber=subscriber, shard=shard).update(is_running=False)
