"""What a broker has to do for events, and the one that is configured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from omnify.conf import settings
from omnify.events.bus.urls import parse

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


def is_configured() -> bool:
    """Whether events go through a broker."""
    return bool(settings.EVENT_BUS_URL)


def open_sender() -> Sender:
    """Connect to the configured bus.

    Raises:
        BusUnavailableError: it does not answer.
    """
    kind, url, prefix = parse(settings.EVENT_BUS_URL)
    if kind == "rabbitmq":
        from omnify.events.bus.rabbitmq import RabbitMqSender

        return RabbitMqSender(url, prefix)
    from omnify.events.bus.streams import StreamsSender

    return StreamsSender(url, prefix)


def open_receiver(services: Sequence[str]) -> Receiver:
    """Connect to the configured bus and take what is there for some services.

    Raises:
        BusUnavailableError: it does not answer.
    """
    kind, url, prefix = parse(settings.EVENT_BUS_URL)
    if kind == "rabbitmq":
        from omnify.events.bus.rabbitmq import RabbitMqReceiver

        return RabbitMqReceiver(url, prefix, services)
    from omnify.events.bus.streams import StreamsReceiver

    return StreamsReceiver(url, prefix, services)
