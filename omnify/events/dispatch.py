"""Bring events from the inbox to the handlers: once each, in the order of their key.

An event whose handler fails is tried again after a pause, while later ones of its key wait; after
``MAX_ATTEMPTS`` it is dead and waits for an operator (``dead_letters``).
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from django.utils import timezone

from omnify.context import enter, leave, use
from omnify.db import atomic_on
from omnify.db.locks import try_lock
from omnify.events.messages import SHARDS, decode_origin
from omnify.events.models import Delivery
from omnify.events.rows import Waiting, begin_shard, end_shard, mark_done, read_waiting
from omnify.events.subscriptions import FLOOR, decode, find_handler
from omnify.exceptions import ServiceUnavailableError

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
_BATCH = 50
# How far to look past the keys that wait.
_LOOKED_AT = 200
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE = timedelta(seconds=60)


class UnknownEventError(LookupError):
    """No function of this version handles the event, or it is of a newer version."""


class ProcessKilledError(RuntimeError):
    """An event's handler killed its process at every attempt."""


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
    """Handle a shard's deliveries in batches.

    A mark that the shard is being handled is committed first. A process that finds it set knows
    that another one died meanwhile: then the first batch counts each event's attempt before it
    runs, so that an event that kills its process is dead after ``MAX_ATTEMPTS`` like any other.
    """
    done = 0
    with try_lock(alias, f"dispatch-{subscriber}-{shard}") as is_mine:
        if not is_mine or not (rows := _next_rows(alias, subscriber, shard)):
            return 0
        is_suspect = begin_shard(alias, subscriber, shard)
        while rows:
            done += _handle_rows(alias, rows, is_suspect=is_suspect)
            is_suspect = False
            rows = _next_rows(alias, subscriber, shard)
        end_shard(alias, subscriber, shard)
    return done


def _next_rows(alias: str, subscriber: str, shard: int) -> list[Waiting]:
    """Return the next deliveries in order, without those whose key waits for an earlier one."""
    for limit in (_BATCH, _LOOKED_AT):
        rows = read_waiting(alias, subscriber, shard, limit=limit, longest_pause=_LONGEST_PAUSE)
        held = {row.key for row in rows if row.has_to_wait}
        # Only where a key waits is it worth looking further than a batch.
        if not held or len(rows) < limit:
            break
    waiting, ready = set[str](), []
    for row in rows:
        if row.has_to_wait:
            waiting.add(row.key)
        elif row.key not in waiting:
            ready.append(row)
    return ready[:_BATCH]


def _handle_rows(alias: str, rows: list[Waiting], *, is_suspect: bool) -> int:
    """Handle a batch in one transaction, or one by one where one of them fetches or may fail."""
    if not is_suspect and not any(row.attempts or _fetches(row) for row in rows):
        try:
            with atomic_on(alias):
                for row in rows:
                    _Handling(alias, row).handle()
                mark_done(alias, [row.id for row in rows])
        except Exception as error:  # noqa: BLE001 - which event failed is found one by one
            log.info(
                "event_batch_failed", subscriber=rows[0].subscriber, reason=type(error).__name__
            )
        else:
            return len(rows)
    return _handle_one_by_one(alias, rows)


def _handle_one_by_one(alias: str, rows: list[Waiting]) -> int:
    done, failed_keys = 0, set[str]()
    for row in rows:
        if row.key in failed_keys:
            continue
        if row.attempts >= MAX_ATTEMPTS:
            _note_failure(alias, row, ProcessKilledError("its process died at every attempt"))
            continue
        tried = row._replace(attempts=row.attempts + 1)
        Delivery.objects.using(alias).filter(id=row.id).update(attempts=tried.attempts)
        try:
            handling = _Handling(alias, tried)
            handling.fetch()
            with atomic_on(alias):
                handling.handle()
                mark_done(alias, [row.id])
            done += 1
        except Exception as error:  # noqa: BLE001 - one handler's failure stops no other event
            failed_keys.add(row.key)
            _note_failure(alias, tried, error)
    return done


def _fetches(row: Waiting) -> bool:
    handler = find_handler(row.subscriber, row.topic)
    return handler is not None and handler.fetch is not None


class _Handling:
    """One event's two phases; the handler's arguments are the event and what they need beside it.

    Raises:
        UnknownEventError: no function of this version handles the event.
        msgspec.DecodeError: the payload is no such event.
    """

    def __init__(self, alias: str, row: Waiting) -> None:
        handler = find_handler(row.subscriber, row.topic)
        if handler is None or row.version > handler.event.version:
            raise UnknownEventError(f"{row.subscriber} knows no {row.topic} version {row.version}")
        self._handler = handler
        self._context = decode_origin(row.origin).to_context()
        self._arguments: list[Any] = [decode(handler, row.payload, row.version)]
        if row.subscriber == FLOOR:
            self._arguments.append(alias)

    def fetch(self) -> None:
        """Ask other services, outside of a transaction."""
        if self._handler.fetch is not None:
            with use(self._context):
                self._arguments.append(self._handler.fetch(*self._arguments))

    def handle(self) -> None:
        """Let the effects happen, in the caller's transaction."""
        token = enter(self._context)
        try:
            self._handler.function(*self._arguments)
        finally:
            leave(token)


def _note_failure(alias: str, row: Waiting, error: Exception) -> None:
    """Let an event be tried again later, or be dead; one that waits for a service never is."""
    is_hopeless = isinstance(error, UnknownEventError | msgspec.DecodeError)
    is_waiting = isinstance(error, ServiceUnavailableError)
    attempts = min(row.attempts, MAX_ATTEMPTS - 1) if is_waiting else row.attempts
    is_dead = is_hopeless or attempts >= MAX_ATTEMPTS
    state = Delivery.State.DEAD if is_dead else Delivery.State.NEW
    Delivery.objects.using(alias).filter(id=row.id, state=Delivery.State.NEW).update(
        state=state,
        attempts=attempts,
        next_at=None if is_dead else _next_attempt(attempts),
        error=f"{type(error).__name__}: {error}"[:500],
    )
    log.warning(
        "event_failed",
        subscriber=row.subscriber,
        topic=row.topic,
        delivery_id=row.id,
        attempts=row.attempts,
        is_dead=is_dead,
        exc_info=error,
    )


def _next_attempt(attempts: int) -> datetime:
    pause = min(_LONGEST_PAUSE.total_seconds(), _FIRST_PAUSE_SECONDS * 2 ** (attempts - 1))
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries
    return timezone.now() + timedelta(seconds=pause * jitter)
