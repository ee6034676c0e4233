"""RabbitMQ: a durable queue per service, pipelined confirms, one active consumer a queue."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from amqp.exceptions import AMQPError
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from kombu.messaging import Producer

from omnify.events.bus.ports import (
    TIMEOUT_SECONDS,
    BusUnavailableError,
    IncomingMessage,
    OutgoingMessage,
)
from omnify.services.registry import manifests

#: How many messages may be under way to a consumer that has not acknowledged them.
_PREFETCH = 400
_HEARTBEAT_SECONDS = 10
#: For how long a receiver collects more once something has arrived, in seconds.
_COLLECT_SECONDS = 0.005
_GONE = (AMQPError, OperationalError, OSError, EOFError)
# Changing these needs a new queue name: RabbitMQ refuses to declare a queue anew with others.
_QUEUE: dict[str, Any] = {
    "durable": True,
    "auto_delete": False,
    "arguments": {"x-single-active-consumer": True},
}


class RabbitMqSender:
    """Publishes straight to the subscribers' queues, each message ``mandatory``.

    They go through the default exchange: a message that a binding spreads over several queues is
    only returned when all are missing, so that a single missing queue would go unnoticed.
    """

    def __init__(self, url: str, prefix: str) -> None:
        self._prefix = prefix
        self._next_tag = 1
        self._unconfirmed: set[int] = set()
        self._refused: list[str] = []
        self._connection, self._channel = _connect(url)
        with _translated():
            # The queues of all subscribers exist before the first message.
            for service in manifests():
                self._channel.queue_declare(f"{prefix}.{service}", **_QUEUE)
            self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._confirm)
        self._channel.events["basic_nack"].add(self._refuse)
        self._channel.events["basic_return"].add(self._return)
        self._producer = Producer(self._channel, auto_declare=False)

    def send(self, messages: Sequence[OutgoingMessage]) -> None:
        """Publish all, then wait for all confirms."""
        with _translated():
            for message in messages:
                self._publish(message)
            self._await_confirms()
        if self._refused:
            raise BusUnavailableError(f"the broker did not take it: {self._refused[0]}")

    def _publish(self, message: OutgoingMessage) -> None:
        self._unconfirmed.add(self._next_tag)
        self._next_tag += 1
        self._producer.publish(
            message.body,
            exchange="",
            routing_key=f"{self._prefix}.{message.service}",
            mandatory=True,
            delivery_mode=2,
            content_type="application/msgpack",
            content_encoding="binary",
            message_id=message.event_id,
            type=message.topic,
        )

    def _await_confirms(self) -> None:
        until = time.monotonic() + TIMEOUT_SECONDS
        while self._unconfirmed:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{len(self._unconfirmed)} confirms are missing")
            self._connection.drain_events(timeout=left)

    def _confirm(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - amqp calls it so
        self._unconfirmed -= {t for t in self._unconfirmed if t == tag or (multiple and t < tag)}

    def _refuse(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - amqp calls it so
        self._refused.append(f"message {tag} was refused")
        self._confirm(tag, multiple)

    def _return(self, _exception: Exception, _exchange: str, queue: str, _message: object) -> None:
        self._refused.append(f"there is no queue {queue}")

    def close(self) -> None:
        """Close the connection."""
        _close(self._connection)


class RabbitMqReceiver:
    """Consumes the queues of some services over one channel."""

    def __init__(self, url: str, prefix: str, services: Sequence[str]) -> None:
        self._arrived: deque[IncomingMessage] = deque()
        self._connection, self._channel = _connect(url, heartbeat=_HEARTBEAT_SECONDS)
        with _translated():
            self._channel.basic_qos(0, _PREFETCH, a_global=False)
            for service in services:
                queue = f"{prefix}.{service}"
                self._channel.queue_declare(queue, **_QUEUE)
                self._channel.basic_consume(queue, callback=self._collector(service))

    def _collector(self, service: str) -> Callable[[Any], None]:
        def collect(message: Any) -> None:
            body = message.body
            body = body.encode() if isinstance(body, str) else bytes(body)
            self._arrived.append(IncomingMessage(service, body, message.delivery_tag))

        return collect

    def receive(self, *, limit: int, wait_seconds: float) -> list[IncomingMessage]:
        """Wait for a first message, then a little for more."""
        with _translated():
            self._connection.heartbeat_check()
            if not self._arrived:
                self._drain(wait_seconds)
            until = time.monotonic() + _COLLECT_SECONDS
            while self._arrived and len(self._arrived) < limit and time.monotonic() < until:
                self._drain(_COLLECT_SECONDS / 5)
        return [self._arrived.popleft() for _ in range(min(limit, len(self._arrived)))]

    def _drain(self, seconds: float) -> None:
        # A socket's timeout is an OSError too, and means only that nothing came.
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=seconds)

    def acknowledge(self, received: Sequence[IncomingMessage]) -> None:
        """Acknowledge up to the last message, since tags rise over all queues of the channel."""
        with _translated():
            self._channel.basic_ack(received[-1].tag, multiple=True)

    def close(self) -> None:
        """Close the connection."""
        _close(self._connection)


def _connect(url: str, *, heartbeat: int = 0) -> tuple[Any, Any]:
    connection = Connection(url, heartbeat=heartbeat, connect_timeout=TIMEOUT_SECONDS)
    with _translated():
        try:
            connection.connect()
            return connection, connection.channel()
        except _GONE:
            _close(connection)
            raise


def _close(connection: Any) -> None:
    with suppress(*_GONE):
        connection.release()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _GONE as error:
        raise BusUnavailableError(f"{type(error).__name__}: {error}") from error
