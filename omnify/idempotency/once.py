"""Run an operation once per key: its effects and its answer are written together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import msgspec
from django.db import connections

from omnify.context import Context, current
from omnify.db import alias_of, atomic
from omnify.db.locks import lock_number
from omnify.exceptions import IdempotencyKeyReusedError, InProgressError

T = TypeVar("T")
#: The longest key a client may send.
MAX_KEY_LENGTH = 200


class Slot(Generic[T]):
    """The place of one keyed request: it has a kept answer, or room to keep one."""

    def __init__(self, answer: T | None = None) -> None:
        self.answer = answer

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
        return answer


@contextmanager
def once(service: str, operation: str, request: Any, answer: type[T]) -> Iterator[Slot[T]]:
    """Open the service's transaction for an operation that must not happen twice.

    Read, parse and call other services before; write inside, and ``keep`` the answer. Without
    an idempotency key in the context, only a transaction is opened.

    Args:
        service: the service whose database holds the effects.
        operation: the operation's name, part of the key's scope.
        request: the request, as a message or builtins; its key with another request is refused.
        answer: the type of the answer.

    Raises:
        InProgressError: a first request with this key has not finished (PostgreSQL; on SQLite
            a second request waits for the first).
        IdempotencyKeyReusedError: the key belongs to another request.
    """
    context = current()
    if not context.idempotency_key:
        with atomic(service):
            yield Slot()
        return
    scope = _scope(context, operation)
    digest = hashlib.sha256(msgspec.msgpack.encode(request)).hexdigest()
    with atomic(service):
        _lock_key(service, scope, context.idempotency_key)
        kept = _find(service, scope, context.idempotency_key)
        if kept is not None:
            if kept.request_hash != digest:
                raise IdempotencyKeyReusedError
            yield Slot(msgspec.msgpack.decode(bytes(kept.answer), type=answer))
            return
        slot: Slot[T] = Slot()
        yield slot
        if slot.answer is not None:
            _store(service, scope, context.idempotency_key, digest, slot.answer)


def _scope(context: Context, operation: str) -> str:
    principal = context.principal
    return f"{operation}:{context.organization_id or ''}:{principal.pk or principal.kind.value}"


def _lock_key(service: str, scope: str, key: str) -> None:
    connection = connections[alias_of(service)]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(f"{scope}\n{key}")])
        if not cursor.fetchone()[0]:
            raise InProgressError


def _find(service: str, scope: str, key: str) -> Any:
    from omnify.idempotency.models import KeptAnswer

    return KeptAnswer.objects.using(alias_of(service)).filter(scope=scope, key=key).first()


def _store(service: str, scope: str, key: str, digest: str, answer: Any) -> None:
    from omnify.idempotency.models import KeptAnswer

    KeptAnswer.objects.using(alias_of(service)).create(
        scope=scope, key=key, request_hash=digest, answer=msgspec.msgpack.encode(answer)
    )
