"""Run an operation once per key: its effects and its answer are written together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec
from django.db import connections

from omnify.context import Context, current
from omnify.db import alias_of, atomic
from omnify.db.locks import lock_number
from omnify.encryption import fingerprints
from omnify.exceptions import AlreadyDoneError, IdempotencyKeyReusedError, InProgressError

T = TypeVar("T")
#: The longest key a client may send.
MAX_KEY_LENGTH = 200
#: What requests are hashed for.
_PURPOSE: Final = "omnify.idempotency"


def idempotency_key(meta: Mapping[str, Any]) -> str:
    """Return the ``Idempotency-Key`` of a request, empty without one."""
    key: str = meta.get("HTTP_IDEMPOTENCY_KEY", "")
    return key


class Slot(Generic[T]):
    """The place of one keyed request: it has a kept answer, or room to keep one."""

    def __init__(self, answer: T | None = None) -> None:
        self.answer = answer
        self.is_done = answer is not None

    def given(self) -> T:
        """Return the answer, whether it was kept before or just now.

        Raises:
            RuntimeError: the operation kept no answer.
        """
        if self.answer is None:
            raise RuntimeError("the operation kept no answer")
        return self.answer

    def keep(self, answer: T) -> T:
        """Keep the answer; it is written when the transaction of ``once`` commits."""
        self.answer = answer
        self.is_done = True
        return answer

    def keep_fact(self) -> None:
        """Keep only that the request was carried out: its answer holds secrets."""
        self.is_done = True


class _Place(NamedTuple):
    """Where an answer is kept: of one operation, for one holder of rights, under one key."""

    scope: str
    key: str
    holder: str


@contextmanager
def once(service: str, operation: str, request: Any, answer: type[T]) -> Iterator[Slot[T]]:
    """Open the service's transaction for an operation that must not happen twice.

    Read, parse and call other services before; write inside, and ``keep`` the answer. Without
    an idempotency key in the context, only a transaction is opened. An answer is given to the
    credential that it was kept for: to any session of the user with the same rights, or to the
    same API key. Another credential's request is another one.

    Args:
        service: the service whose database holds the effects.
        operation: the operation's name, part of the key's scope.
        request: the request, as a message or builtins; its key with another request is refused.
        answer: the type of the answer.

    Raises:
        InProgressError: a first request with this key has not finished (PostgreSQL; on SQLite
            a second request waits for the first).
        IdempotencyKeyReusedError: the key belongs to another request.
        AlreadyDoneError: the request was carried out, and no answer is kept.
    """
    context = current()
    if not context.idempotency_key:
        with atomic(service):
            yield Slot()
        return
    place = _place(context, operation)
    prints = fingerprints(msgspec.msgpack.encode(request), purpose=_PURPOSE)
    with atomic(service):
        _lock(service, place)
        kept = _find(service, place)
        if kept is not None:
            yield Slot(_answer_of(kept, prints, answer))
            return
        slot: Slot[T] = Slot()
        yield slot
        if slot.is_done:
            _store(service, place, prints[0], slot.answer)


def _place(context: Context, operation: str) -> _Place:
    principal = context.principal
    who = principal.pk or principal.kind.value
    credential = [str(principal.api_key_id or principal.kind.value), principal.is_staff]
    held = msgspec.json.encode([*credential, *sorted(principal.permissions)])
    return _Place(
        scope=f"{operation}:{context.organization_id or ''}:{who}",
        key=context.idempotency_key,
        holder=hashlib.sha256(held).hexdigest(),
    )


def _lock(service: str, place: _Place) -> None:
    connection = connections[alias_of(service)]
    if connection.vendor != "postgresql":
        return
    number = lock_number(f"{place.scope}\n{place.key}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise InProgressError


def _find(service: str, place: _Place) -> Any:
    """Return what is kept at a place, else what an earlier version kept without a holder."""
    from omnify.idempotency.models import KeptAnswer

    rows = KeptAnswer.objects.using(alias_of(service)).filter(scope=place.scope, key=place.key)
    return rows.filter(holder__in=(place.holder, "")).order_by("-holder").first()


def _answer_of(kept: Any, prints: tuple[str, ...], answer: type[T]) -> T:
    if not kept.holder:
        # Nobody knows whose rights it was made with.
        raise AlreadyDoneError
    if kept.request_hash not in prints:
        raise IdempotencyKeyReusedError
    if not kept.answer:
        raise AlreadyDoneError
    return msgspec.msgpack.decode(bytes(kept.answer), type=answer)


def _store(service: str, place: _Place, request_hash: str, answer: Any) -> None:
    from omnify.idempotency.models import KeptAnswer

    KeptAnswer.objects.using(alias_of(service)).create(
        **place._asdict(),
        request_hash=request_hash,
        answer=b"" if answer is None else msgspec.msgpack.encode(answer),
    )
