"""The types of events and the envelope that they travel in."""

from __future__ import annotations

import zlib
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec

from omnify.context import Context, Principal, Trace
from omnify.services.messages import Message
from omnify.services.registry import provider_of

#: Events of one key stay in order; keys spread over so many shards.
SHARDS = 8
#: The largest payload, in bytes.
MAX_PAYLOAD_BYTES = 256 * 1024


class Event(Message):
    """A fact that happened, in the past tense, declared in its publisher's contract.

    Attributes:
        topic: ``<service>.<noun>.<verb>``.
        version: raised when a field changes its meaning; it stays when a field with a default is
            added.
        key_field: the field whose value keeps events in order.
        provided_as: for an event of the floor, the name in a manifest's ``provides``.
    """

    topic: ClassVar[str]
    version: ClassVar[int] = 1
    key_field: ClassVar[str]
    provided_as: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """Return the key; events of one key are handled in the order of their commits."""
        return str(getattr(self, self.key_field))

    @classmethod
    def upgrade(cls, fields: dict[str, Any], version: int) -> dict[str, Any]:  # noqa: ARG003
        """Return the fields of this version from those of an older one, which may still arrive.

        Overridden by an event whose ``version`` was raised.
        """
        return fields

    @property
    def owning_service(self) -> str:
        """Return the service whose fact the event is."""
        if self.provided_as:
            return provider_of(self.provided_as)
        return self.topic.partition(".")[0]


class Origin(msgspec.Struct, frozen=True):
    """The context that an event was published in, as far as its handlers see it."""

    principal: Principal
    organization_id: UUID | None
    request_id: str
    trace: Trace | None

    def to_context(self) -> Context:
        """Return the context that a handler runs in."""
        trace = self.trace.child() if self.trace else None
        return Context(self.principal, self.organization_id, self.request_id, trace)


class Envelope(msgspec.Struct, frozen=True):
    """An event as a broker carries it, encoded as MessagePack.

    Its fields are bounded like the columns that keep them, so that whatever decodes can be stored.
    """

    id: UUID
    topic: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[a-z0-9_.]+$")]
    version: Annotated[int, msgspec.Meta(ge=0, le=32_767)]
    key: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]
    payload: Annotated[bytes, msgspec.Meta(max_length=MAX_PAYLOAD_BYTES)]
    origin: bytes


class EventTooLargeError(ValueError):
    """An event's payload exceeds the limit: publish an id, and let handlers query the rest."""


_origin = msgspec.json.Decoder(Origin)


def encode_payload(event: Event) -> bytes:
    """Encode an event's fields as JSON.

    Raises:
        EventTooLargeError: the payload exceeds ``MAX_PAYLOAD_BYTES``.
        TypeError: a field cannot be encoded.
    """
    payload = msgspec.json.encode(event)
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise EventTooLargeError(
            f"{event.topic} has {len(payload)} bytes; at most {MAX_PAYLOAD_BYTES} are allowed"
        )
    return payload


def encode_origin(context: Context) -> bytes:
    """Encode the part of a context that an event keeps."""
    return msgspec.json.encode(
        Origin(context.principal, context.organization_id, context.request_id, context.trace)
    )


def decode_origin(data: bytes) -> Origin:
    """Decode the origin of a stored event."""
    return _origin.decode(data)


def shard_of(key: str) -> int:
    """Return the shard of a key, which every process computes alike."""
    return zlib.crc32(key.encode()) % SHARDS
