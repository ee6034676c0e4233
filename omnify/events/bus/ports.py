"""What a broker has to do for events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

#: For how long a broker may take to connect or to confirm, in seconds.
PATIENCE_SECONDS = 10.0


class BusUnavailableError(ConnectionError):
    """The broker does not answer, or did not confirm; what was sent may come again."""


class Parcel(NamedTuple):
    """An event on its way to the queue of one service."""

    service: str
    event_id: str
    topic: str
    body: bytes


class Received(NamedTuple):
    """What came out of the queue of a service; ``tag`` is the broker's own name for it."""

    service: str
    body: bytes
    tag: Any


class Sender(Protocol):
    """Sends parcels; not for several threads at a time."""

    def send(self, parcels: Sequence[Parcel]) -> None:
        """Put all into their queues, in order, and return when the broker has confirmed each.

        Raises:
            BusUnavailableError: some may not have arrived; send all of them again.
        """

    def close(self) -> None:
        """Give the connection up."""


class Receiver(Protocol):
    """Takes what arrives for some services, in order; not for several threads at a time."""

    def receive(self, *, limit: int, wait_seconds: float) -> list[Received]:
        """What has arrived, after waiting for it a while; it comes again unless acknowledged.

        Raises:
            BusUnavailableError: the connection is gone.
        """

    def acknowledge(self, received: Sequence[Received]) -> None:
        """Let the broker forget what ``receive`` gave last.

        Raises:
            BusUnavailableError: it may come again.
        """

    def close(self) -> None:
        """Give the connection up; what was not acknowledged goes to the next receiver."""
