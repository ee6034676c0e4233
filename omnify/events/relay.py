"""Relay events from the outbox to the inboxes: whole shards, in order, without loss."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction

from omnify.db import alias_of, aliases_of
from omnify.db.locks import try_lock
from omnify.events.bus.configured import is_configured, open_sender
from omnify.events.bus.ports import BusUnavailableError, OutgoingMessage, Sender
from omnify.events.bus.state import note_failing, note_working
from omnify.events.messages import Envelope
from omnify.events.models import Outbox
from omnify.events.rows import EventRow, delete_sent, insert_deliveries, read_outbox
from omnify.events.subscriptions import FLOOR, is_floor_topic, subscribers_of
from omnify.events.wakeup import wake
from omnify.services.registry import manifests

_BATCH = 200


class Inbox(NamedTuple):
    """An inbox that an event has to arrive in."""

    alias: str
    subscriber: str


def relay(alias: str) -> int:
    """Relay the events of a database's outbox; returns their number.

    A shard is taken whole by one process: claiming single rows would let two processes send
    events of one key in the wrong order.

    Raises:
        BusUnavailableError: the broker did not confirm; the events stay where they are.
    """
    shards = Outbox.objects.using(alias).values_list("shard", flat=True).distinct().order_by()
    return sum(_relay_shard(alias, shard) for shard in sorted(shards))


def _relay_shard(alias: str, shard: int) -> int:
    sent = 0
    with try_lock(alias, f"relay-{shard}") as is_mine:
        while is_mine:
            rows = read_outbox(alias, shard, _BATCH)
            if not rows:
                break
            deliver(alias, rows)
            delete_sent(alias, rows)
            sent += len(rows)
    return sent


def deliver(alias: str, rows: Sequence[EventRow]) -> None:
    """Bring events of an outbox to each inbox; duplicates are recognised by their id.

    Without a bus, all inboxes are written here. With a bus, only the floor's inbox in this
    database is written here, and each service takes its events from its queue: a subscriber that
    got some events in one way and some in the other would get them out of order.
    """
    if is_configured():
        _store(rows, own_alias=alias)
        _send(rows)
    else:
        _store(rows)


def inboxes_of(topic: str) -> list[Inbox]:
    """Return the inboxes for a topic: of each subscriber, and of the floor in each database."""
    inboxes = [Inbox(alias_of(service), service) for service in subscribers_of(topic)]
    if is_floor_topic(topic):
        inboxes += [Inbox(alias, FLOOR) for alias in aliases_of(manifests())]
    return inboxes


def _store(rows: Sequence[EventRow], *, own_alias: str = "") -> None:
    inboxes = {topic: inboxes_of(topic) for topic in {row.topic for row in rows}}
    by_alias: dict[str, list[tuple[EventRow, str]]] = {}
    for row in rows:
        for inbox in inboxes[row.topic]:
            if not own_alias or inbox == (own_alias, FLOOR):
                by_alias.setdefault(inbox.alias, []).append((row, inbox.subscriber))
    for alias, arrived in by_alias.items():
        with transaction.atomic(using=alias):
            insert_deliveries(alias, arrived)
        wake(alias)


_sender: Sender | None = None
_sender_lock = threading.Lock()


def _send(rows: Sequence[EventRow]) -> None:
    global _sender  # noqa: PLW0603 - one connection to the bus for each process
    messages = [message for row in rows for message in _messages_of(row)]
    with _sender_lock:
        try:
            _sender = _sender or open_sender()
            _sender.send(messages)
        except BusUnavailableError as error:
            note_failing("relay", str(error))
            drop_sender()
            raise
    note_working("relay")


def drop_sender() -> None:
    """Close the connection to the bus; the next event opens another."""
    global _sender  # noqa: PLW0603 - see above
    if _sender is not None:
        _sender.close()
    _sender = None


def _messages_of(row: EventRow) -> list[OutgoingMessage]:
    services = manifests() if is_floor_topic(row.topic) else subscribers_of(row.topic)
    event_id = UUID(str(row.event_id))
    envelope = Envelope(
        event_id, row.topic, row.version, row.key, bytes(row.payload), bytes(row.origin)
    )
    body = msgspec.msgpack.encode(envelope)
    return [OutgoingMessage(service, str(event_id), row.topic, body) for service in services]
