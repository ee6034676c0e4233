"""The interface of a broker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

#: How long a broker may take to connect or to confirm, in seconds.
TIMEOUT_SECONDS = 10.0


class BusUnavailableError(ConnectionError):
    """The broker does not answer, or did not confirm; messages may arrive twice."""


class OutgoingMessage(NamedTuple):
    """An event on its way to the queue of one service."""

    service: str
    event_id: str
    topic: str
    body: bytes


class IncomingMessage(NamedTuple):
    """A message from the queue of a service; ``tag`` is the broker's own name for it."""

    service: str
    body: bytes
    tag: Any


class Sender(Protocol):
    """Sends messages; to be used by one thread at a time."""

    def send(self, messages: Sequence[OutgoingMessage]) -> None:
        """Put all into their queues, in order, and return when the broker has confirmed each.

        Raises:
            BusUnavailableError: some messages may not have arrived; send all of them again.
        """

    def close(self) -> None:
        """Close the connection."""


class Receiver(Protocol):
    """Receives the messages of some services, in order; to be used by one thread at a time."""

    def receive(self, *, limit: int, wait_seconds: float) -> list[IncomingMessage]:
        """Return the messages that arrived, after waiting for some; unacknowledged they return.

        Raises:
            BusUnavailableError: the connection is gone.
        """

    def acknowledge(self, received: Sequence[IncomingMessage]) -> None:
        """Remove from the broker what ``receive`` returned last.

        Raises:
            BusUnavailableError: the messages may arrive again.
        """

    def close(self) -> None:
        """Close the connection; what was not acknowledged goes to the next receiver."""
