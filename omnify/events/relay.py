"""From the outbox to the inboxes: whole shards, in order, and never lost between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import structlog
from django.db import transaction

from omnify.db import alias_of
from omnify.events.locks import try_lock
from omnify.events.models import Delivery, Outbox
from omnify.events.subscriptions import FLOOR, is_floor_topic, subscribers_of
from omnify.events.wakeup import wake
from omnify.services.registry import manifests

log = structlog.get_logger(__name__)
_BATCH = 200


class Target(NamedTuple):
    """A place that an event has to arrive at."""

    alias: str
    subscriber: str


def relay(alias: str) -> int:
    """Relay what is in a database's outbox; returns how many events went on.

    A shard is taken whole by one process: claiming single rows would let two processes send
    events of one key in the wrong order.
    """
    shards = Outbox.objects.using(alias).values_list("shard", flat=True).distinct().order_by()
    return sum(_relay_shard(alias, shard) for shard in sorted(shards))


def targets_of(topic: str) -> list[Target]:
    """Where events of a topic have to arrive: each subscriber, and the floor of each database."""
    found = [Target(alias_of(service), service) for service in subscribers_of(topic)]
    if is_floor_topic(topic):
        aliases = dict.fromkeys(alias_of(service) for service in manifests())
        found += [Target(alias, FLOOR) for alias in aliases]
    return found


def _relay_shard(alias: str, shard: int) -> int:
    sent = 0
    with try_lock(alias, f"relay-{shard}") as is_mine:
        while is_mine:
            rows = list(Outbox.objects.using(alias).filter(shard=shard).order_by("id")[:_BATCH])
            if not rows:
                break
            for other in deliver(rows) - {alias}:
                wake(other)
            Outbox.objects.using(alias).filter(id__in=[row.id for row in rows]).delete()
            sent += len(rows)
    return sent


def deliver(rows: Iterable[Outbox]) -> set[str]:
    """Store events in the inbox of each target; returns the databases that got any.

    What a process sends again after being killed in between is recognised by its id.
    """
    by_alias: dict[str, list[Delivery]] = {}
    for row in rows:
        for target in targets_of(row.topic):
            by_alias.setdefault(target.alias, []).append(_delivery(row, target.subscriber))
    for alias, deliveries in by_alias.items():
        with transaction.atomic(using=alias):
            Delivery.objects.using(alias).bulk_create(deliveries, ignore_conflicts=True)
    return set(by_alias)


def _delivery(row: Outbox, subscriber: str) -> Delivery:
    return Delivery(
        event_id=row.event_id,
        subscriber=subscriber,
        topic=row.topic,
        version=row.version,
        key=row.key,
        shard=row.shard,
        payload=row.payload,
        origin=row.origin,
    )
