"""The subscribers of each topic: services by their manifests, functions by ``on``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

import msgspec

from omnify.events.messages import Event
from omnify.services.parts import modules_of
from omnify.services.registry import manifests

E = TypeVar("E", bound=Event)
Handle = Callable[..., None]
#: Asks other services for what an event's handler needs.
Fetch = Callable[..., Any]

#: The subscriber that stands for the floor's own handlers, once per database.
FLOOR = "floor"


class Handler(NamedTuple):
    """A function that handles one type of event, and what fetches for it before, if anything."""

    event: type[Event]
    function: Handle
    fetch: Fetch | None = None


_handlers: dict[tuple[str, str], Handler] = {}


class AlreadyHandledError(TypeError):
    """A subscriber has two functions for one topic."""


def on(
    event: type[E], *, subscriber: str = "", fetch: Fetch | None = None
) -> Callable[[Handle], Handle]:
    """Register a function as the handler of an event, for the service whose module it is in.

    It runs inside a transaction on that service's database, in the context of the publisher,
    once for each event; it must not call other services. A handler of the floor gets the alias
    of its database as well.

    What ``fetch`` returns for the event is the handler's second argument. It runs before the
    transaction, again at each attempt, and may call other services; while one of them is away, the
    event waits however long that lasts.

    Raises:
        AlreadyHandledError: the service has a handler for this event.
    """

    def register(function: Handle) -> Handle:
        owner = subscriber or function.__module__.split(".")[1]
        place = (owner, event.topic)
        if place in _handlers and _handlers[place].function is not function:
            raise AlreadyHandledError(f"{owner} handles {event.topic} twice")
        _handlers[place] = Handler(event, function, fetch)
        return function

    return register


def find_handler(subscriber: str, topic: str) -> Handler | None:
    """Return a subscriber's handler for a topic, None when there is none."""
    if subscriber != FLOOR:
        _load(subscriber)
    return _handlers.get((subscriber, topic))


@cache
def subscribers_of(topic: str) -> tuple[str, ...]:
    """Return the services that listen to a topic, by all manifests."""
    return tuple(name for name, manifest in manifests().items() if topic in manifest.listens_to)


def is_floor_topic(topic: str) -> bool:
    """Tell whether the floor itself handles a topic, in every database."""
    return (FLOOR, topic) in _handlers


def decode(handler: Handler, payload: bytes, version: int) -> Event:
    """Decode an event for its handler, without fields that this version does not know.

    Raises:
        msgspec.DecodeError: the payload is no such event.
    """
    if version == handler.event.version:
        return _decoder_of(handler.event).decode(payload)
    fields = handler.event.upgrade(msgspec.json.decode(payload, type=dict), version)
    return msgspec.convert(fields, type=handler.event, strict=False)


@cache
def _decoder_of(event: type[Event]) -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(event)


@cache
def _load(subscriber: str) -> None:
    for module in modules_of(subscriber, "receivers"):
        import_module(module)
