"""Publish events: written to the outbox by the transaction that makes them true."""

from __future__ import annotations

from django.db import connections, transaction
from uuid_utils.compat import uuid7

from omnify.context import current
from omnify.db import alias_of
from omnify.db.locks import lock_number
from omnify.events.messages import Event, encode_origin, encode_payload, shard_of
from omnify.events.wakeup import CHANNEL, ring


class PublishedOutsideTransactionError(RuntimeError):
    """An event was published without the transaction whose fact it is."""


def publish(*events: Event) -> None:
    """Publish events of one service, inside ``atomic`` on its database.

    On PostgreSQL this takes a lock per key until the commit, so that the outbox's order is the
    order of commits; keys are locked in sorted order, which avoids deadlocks between publishers.
    SQLite has one writer, and needs no lock.

    Raises:
        PublishedOutsideTransactionError: no transaction is open.
        EventTooLargeError: a payload exceeds the limit.
    """
    from omnify.events.models import Outbox

    alias = alias_of(events[0].owning_service)
    connection = connections[alias]
    if not connection.in_atomic_block:
        raise PublishedOutsideTransactionError(f"{events[0].topic}: publish inside atomic(...)")
    if connection.vendor == "postgresql":
        _lock_keys_and_notify(alias, {event.key for event in events})
    origin = encode_origin(current())
    Outbox.objects.using(alias).bulk_create(
        Outbox(
            event_id=uuid7(),
            topic=event.topic,
            version=event.version,
            key=event.key,
            shard=shard_of(event.key),
            payload=encode_payload(event),
            origin=origin,
        )
        for event in events
    )
    transaction.on_commit(lambda: ring(alias), using=alias)


def _lock_keys_and_notify(alias: str, keys: set[str]) -> None:
    numbers = sorted(lock_number(f"event:{key}") for key in keys)
    with connections[alias].cursor() as cursor:
        # The notice is sent at the commit. One statement does both: each costs a round trip.
        cursor.execute(
            "SELECT count(pg_advisory_xact_lock(number)), pg_notify(%s, '')"
            " FROM unnest(%s::bigint[]) AS number",
            [CHANNEL, numbers],
        )
