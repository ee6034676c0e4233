"""Bring events from the bus to the inboxes: stored first, then acknowledged, handled elsewhere."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import msgspec
import structlog
from django.db import DatabaseError, connections, transaction

from omnify.db import alias_of
from omnify.db.locks import try_lock
from omnify.events.bus.configured import open_receiver
from omnify.events.bus.ports import BusUnavailableError, IncomingMessage, Receiver
from omnify.events.bus.state import note_failing, note_working
from omnify.events.messages import MAX_PAYLOAD_BYTES, Envelope, shard_of
from omnify.events.models import Delivery
from omnify.events.rows import EventRow, insert_deliveries
from omnify.events.subscriptions import FLOOR, is_floor_topic, subscribers_of
from omnify.events.wakeup import wake
from omnify.services.registry import hosted_aliases, hosted_services

log = structlog.get_logger(__name__)

_BATCH = 200
_WAIT_SECONDS = 0.5
_PAUSE_SECONDS = 1.0
#: How often a process that ingests for some services checks whether others are free.
_SHARE_SECONDS = 5.0
_UNDECODABLE = "undecodable"


def store(received: Sequence[IncomingMessage]) -> None:
    """Store received messages in the inboxes of their services; those stored before are recognised.

    What cannot be decoded is kept as a dead delivery with its bytes, so that it does not return
    and block the rest.
    """
    by_alias: dict[str, list[tuple[EventRow, str]]] = {}
    for item in received:
        arrived = by_alias.setdefault(alias_of(item.service), [])
        try:
            envelope = msgspec.msgpack.decode(item.body, type=Envelope)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("event_undecodable", service=item.service, reason=str(error))
            _park(item, error)
        else:
            arrived += [(_to_row(envelope), name) for name in _subscribers(item, envelope)]
    for alias, arrived in by_alias.items():
        if arrived:
            with transaction.atomic(using=alias):
                insert_deliveries(alias, arrived)
            wake(alias)


def take_turn(receiver: Receiver) -> int:
    """Store and acknowledge one batch; returns the number of messages."""
    received = receiver.receive(limit=_BATCH, wait_seconds=_WAIT_SECONDS)
    if received:
        store(received)
        receiver.acknowledge(received)
    return len(received)


def _subscribers(item: IncomingMessage, envelope: Envelope) -> Iterator[str]:
    if is_floor_topic(envelope.topic):
        yield FLOOR
    # Also topics that this version does not listen to: a newer one of this service does.
    if item.service in subscribers_of(envelope.topic) or not is_floor_topic(envelope.topic):
        yield item.service


def _to_row(envelope: Envelope) -> EventRow:
    return EventRow(
        id=0,
        event_id=envelope.id,
        topic=envelope.topic,
        version=envelope.version,
        key=envelope.key,
        shard=shard_of(envelope.key),
        payload=envelope.payload,
        origin=envelope.origin,
    )


def _park(item: IncomingMessage, error: Exception) -> None:
    Delivery.objects.using(alias_of(item.service)).get_or_create(
        # A repeated message has the bytes of the first.
        event_id=uuid.uuid5(uuid.NAMESPACE_OID, item.body.hex()),
        subscriber=item.service,
        defaults={
            "topic": _UNDECODABLE,
            "version": 0,
            "key": "",
            "shard": 0,
            "payload": item.body[:MAX_PAYLOAD_BYTES],
            "origin": b"",
            "state": Delivery.State.DEAD,
            "error": f"{type(error).__name__}: {error}"[:500],
        },
    )


class IngestThread(threading.Thread):
    """Receives for the services of this process, unless another process does."""

    def __init__(self) -> None:
        super().__init__(name="omnify-ingest", daemon=True)
        self._stopped = threading.Event()

    def run(self) -> None:
        """Ingest, and begin again after the bus or a database was away."""
        while not self._stopped.is_set():
            try:
                self._ingest()
            except BusUnavailableError as error:
                note_failing("ingest", str(error))
                log.warning("event_bus_away", part="ingest", reason=str(error))
            except DatabaseError as error:
                log.warning("events_database_away", reason=type(error).__name__)
            except Exception:
                log.exception("events_ingest_failed")
            finally:
                connections.close_all()
            self._stopped.wait(_PAUSE_SECONDS)

    def _ingest(self) -> None:
        with ExitStack() as held:
            mine = [
                service
                for service in hosted_services()
                if held.enter_context(try_lock(alias_of(service), f"ingest-{service}"))
            ]
            if not mine:
                # Other processes have all services, and report whether the bus is reached.
                note_working("ingest")
                return
            receiver = open_receiver(mine)
            held.callback(receiver.close)
            note_working("ingest")
            self._take_turns(receiver, is_all=len(mine) == len(hosted_services()))

    def _take_turns(self, receiver: Receiver, *, is_all: bool) -> None:
        until = time.monotonic() + _SHARE_SECONDS
        while not self._stopped.is_set() and (is_all or time.monotonic() < until):
            if not take_turn(receiver):
                self._hold_locks()

    def _hold_locks(self) -> None:
        """Raise when a database connection, and the locks with it, is gone."""
        for alias in hosted_aliases():
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")

    def stop(self) -> None:
        """Let the thread end after its current batch."""
        self._stopped.set()
