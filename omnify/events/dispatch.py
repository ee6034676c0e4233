"""From the inbox to the handlers: once each, in the order of their key."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import msgspec
import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from omnify.context import use
from omnify.events.locks import try_lock
from omnify.events.messages import SHARDS, decode_origin
from omnify.events.models import Delivery, Shard
from omnify.events.subscriptions import FLOOR, decode, find_handler

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
_BATCH = 50
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0


class UnknownEventError(LookupError):
    """No function of this version handles the event, or it is of a newer version."""


class ProcessKilledError(RuntimeError):
    """An event's handler took its process down as often as it was tried."""


def dispatch(alias: str, subscriber: str) -> int:
    """Handle what waits in a subscriber's inbox; returns how many events were handled."""
    shards = (
        Delivery.objects.using(alias)
        .filter(subscriber=subscriber, state=Delivery.State.NEW)
        .values_list("shard", flat=True)
        .distinct()
        .order_by()
    )
    return sum(_dispatch_shard(alias, subscriber, shard) for shard in sorted(shards)[:SHARDS])


def _dispatch_shard(alias: str, subscriber: str, shard: int) -> int:
    done = 0
    with try_lock(alias, f"dispatch-{subscriber}-{shard}") as is_mine:
        while is_mine:
            rows = _next_rows(alias, subscriber, shard)
            if not rows:
                break
            done += _handle_rows(alias, subscriber, shard, rows)
    return done


def _next_rows(alias: str, subscriber: str, shard: int) -> list[Delivery]:
    """The next deliveries in order, without those whose key waits for an earlier one."""
    now, waiting, ready = timezone.now(), set[str](), []
    rows = Delivery.objects.using(alias).filter(
        subscriber=subscriber, shard=shard, state=Delivery.State.NEW
    )
    for row in rows.order_by("id")[: _BATCH * 4]:
        if row.key in waiting:
            continue
        if row.next_at is not None and row.next_at > now:
            waiting.add(row.key)
            continue
        ready.append(row)
        if len(ready) == _BATCH:
            break
    return ready


def _handle_rows(alias: str, subscriber: str, shard: int, rows: list[Delivery]) -> int:
    """Handle a batch in one transaction, or one by one where one of them may be bad.

    The mark that a batch is under way is committed first. Who finds it set knows that a process
    died inside a batch: then each event counts its attempt before it runs, so that one that kills
    its process is dead after ``MAX_ATTEMPTS`` like any other.
    """
    marks = Shard.objects.using(alias)
    mark, _ = marks.get_or_create(subscriber=subscriber, shard=shard)
    is_suspect = mark.is_running or any(row.attempts for row in rows)
    marks.filter(id=mark.id).update(is_running=True)
    done = 0
    if not is_suspect:
        try:
            with transaction.atomic(using=alias):
                for row in rows:
                    _run(alias, row)
            done = len(rows)
        except Exception as error:  # noqa: BLE001 - which of them it was is found one by one
            log.info("event_batch_failed", subscriber=subscriber, reason=type(error).__name__)
            is_suspect = True
    if is_suspect:
        done = _handle_one_by_one(alias, rows)
    marks.filter(id=mark.id).update(is_running=False)
    return done


def _handle_one_by_one(alias: str, rows: list[Delivery]) -> int:
    done, failed_keys = 0, set[str]()
    for row in rows:
        if row.key in failed_keys:
            continue
        if row.attempts >= MAX_ATTEMPTS:
            _note_failure(alias, row, ProcessKilledError("its process died at every attempt"))
            continue
        row.attempts += 1
        Delivery.objects.using(alias).filter(id=row.id).update(attempts=row.attempts)
        try:
            with transaction.atomic(using=alias):
                _run(alias, row)
            done += 1
        except Exception as error:  # noqa: BLE001 - whatever a handler does, the rest goes on
            failed_keys.add(row.key)
            _note_failure(alias, row, error)
    return done


def _run(alias: str, row: Delivery) -> None:
    """Handle one event and mark it done, in the caller's transaction."""
    handler = find_handler(row.subscriber, row.topic)
    if handler is None or row.version > handler.event.version:
        raise UnknownEventError(f"{row.subscriber} knows no {row.topic} version {row.version}")
    event = decode(handler, bytes(row.payload))
    with use(decode_origin(bytes(row.origin)).to_context()):
        if row.subscriber == FLOOR:
            handler.function(event, alias)
        else:
            handler.function(event)
    # Another process that held the shard meanwhile would have marked it: then undo this.
    changed = (
        Delivery.objects.using(alias)
        .filter(id=row.id, state=Delivery.State.NEW)
        .update(state=Delivery.State.DONE, done_at=timezone.now(), error="")
    )
    if not changed:
        raise DatabaseError("handled elsewhere meanwhile")


def _note_failure(alias: str, row: Delivery, error: Exception) -> None:
    is_hopeless = isinstance(error, UnknownEventError | msgspec.DecodeError)
    is_dead = is_hopeless or row.attempts >= MAX_ATTEMPTS
    state = Delivery.State.DEAD if is_dead else Delivery.State.NEW
    Delivery.objects.using(alias).filter(id=row.id, state=Delivery.State.NEW).update(
        state=state,
        next_at=None if is_dead else _next_attempt(row.attempts),
        error=f"{type(error).__name__}: {error}"[:500],
    )
    log.warning(
        "event_failed",
        subscriber=row.subscriber,
        topic=row.topic,
        event_id=str(row.event_id),
        attempts=row.attempts,
        is_dead=is_dead,
        exc_info=error,
    )


def _next_attempt(attempts: int) -> datetime:
    pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (attempts - 1))
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries
    return timezone.now() + timedelta(seconds=pause * jitter)
