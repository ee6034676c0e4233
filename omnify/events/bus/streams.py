"""Redis Streams: a stream per service, read under one name, so that unstored events return.

Redis has to keep its append-only file, or a restart loses what it confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from omnify.events.bus.ports import (
    TIMEOUT_SECONDS,
    BusUnavailableError,
    IncomingMessage,
    OutgoingMessage,
)

_GROUP = "omnify"
# One name for all processes: each begins with what its predecessor left unacknowledged.
_CONSUMER = "ingest"
_FIELD = b"event"
_OWN_PENDING, _NEW = "0", ">"


class StreamsSender:
    """Appends to the streams of the subscribers."""

    def __init__(self, url: str, prefix: str) -> None:
        self._prefix = prefix
        self._redis = _connect(url)

    def send(self, messages: Sequence[OutgoingMessage]) -> None:
        """Append all in one round trip; an answer for each is its confirm."""
        with _translated():
            pipeline = self._redis.pipeline(transaction=False)
            for message in messages:
                pipeline.xadd(f"{self._prefix}:{message.service}", {_FIELD: message.body})
            pipeline.execute()

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()


class StreamsReceiver:
    """Reads the streams of some services, first the entries that a former reader left.

    The caller ensures that a service has one reader at a time.
    """

    def __init__(self, url: str, prefix: str, services: Sequence[str]) -> None:
        self._services = {f"{prefix}:{service}".encode(): service for service in services}
        self._next: dict[Any, Any] = dict.fromkeys(self._services, _OWN_PENDING)
        self._redis = _connect(url)
        with _translated():
            for stream in self._services:
                self._create_group(stream)

    def _create_group(self, stream: bytes) -> None:
        try:
            self._redis.xgroup_create(stream, _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def receive(self, *, limit: int, wait_seconds: float) -> list[IncomingMessage]:
        """Read a batch; after the leftovers of a stream come its new entries."""
        while _OWN_PENDING in self._next.values():
            if entries := self._read(limit, block=None):
                return entries
        return self._read(limit, block=max(1, int(wait_seconds * 1000)))

    def _read(self, limit: int, *, block: int | None) -> list[IncomingMessage]:
        with _translated():
            answer: Any = self._redis.xreadgroup(
                _GROUP, _CONSUMER, self._next, count=limit, block=block
            )
        by_stream = dict(answer or [])
        for stream in self._next:
            if not by_stream.get(stream):
                self._next[stream] = _NEW
        return [
            IncomingMessage(service, (fields or {}).get(_FIELD, b""), (stream, entry))
            for stream, service in self._services.items()
            for entry, fields in by_stream.get(stream, ())
        ]

    def acknowledge(self, received: Sequence[IncomingMessage]) -> None:
        """Take the entries from the group's list and from the stream."""
        with _translated():
            pipeline = self._redis.pipeline(transaction=False)
            for item in received:
                stream, entry = item.tag
                pipeline.xack(stream, _GROUP, entry)
                pipeline.xdel(stream, entry)
            pipeline.execute()

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()


def _connect(url: str) -> Redis:
    with _translated():
        redis = Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS
        )
        redis.ping()
    return redis


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise BusUnavailableError(f"{type(error).__name__}: {error}") from error
