"""Open the broker that EVENT_BUS_URL names."""

from __future__ import annotations

from collections.abc import Sequence

from omnify.conf import settings
from omnify.events.bus.ports import Receiver, Sender
from omnify.events.bus.urls import parse


def is_configured() -> bool:
    """Tell whether events go through a broker."""
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
    """Connect to the configured bus, to receive for some services.

    Raises:
        BusUnavailableError: it does not answer.
    """
    kind, url, prefix = parse(settings.EVENT_BUS_URL)
    if kind == "rabbitmq":
        from omnify.events.bus.rabbitmq import RabbitMqReceiver

        return RabbitMqReceiver(url, prefix, services)
    from omnify.events.bus.streams import StreamsReceiver

    return StreamsReceiver(url, prefix, services)
