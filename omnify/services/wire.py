"""Encode contexts and errors for the way between two services."""

from __future__ import annotations

import time
from typing import Annotated, Any
from uuid import UUID

import msgspec
import structlog

from omnify import exceptions
from omnify.context import Context, Principal, Trace
from omnify.exceptions import InternalServiceError, InvalidInputError, OmnifyError

log = structlog.get_logger(__name__)


_DAY = 86_400.0


class WireCall(msgspec.Struct, frozen=True):
    """The body of a remote call: the caller's context and the encoded arguments."""

    principal: Principal
    organization_id: UUID | None
    request_id: str
    trace: Trace | None
    remaining_seconds: Annotated[float, msgspec.Meta(ge=-_DAY, le=_DAY)] | None
    idempotency_key: str
    flags: dict[str, bool]
    arguments: bytes


class WireError(msgspec.Struct, frozen=True):
    """An error on its way to the caller; ``lineage`` lists the codes of its class and bases."""

    lineage: tuple[str, ...]
    status: int
    title: str
    detail: str
    details: dict[str, Any]


_encode = msgspec.msgpack.Encoder().encode
_decode_call = msgspec.msgpack.Decoder(WireCall).decode
_decode_error = msgspec.msgpack.Decoder(WireError).decode

#: What the codec raises for bytes that are no message: malformed, not UTF-8, nested too deep.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
#: What the codec raises for a value that no contract can carry: a wrong type, an integer beyond 64
#: bits, half of a surrogate pair.
UNENCODABLE = (TypeError, OverflowError, UnicodeEncodeError)

FLOOR_ERRORS: dict[str, type[OmnifyError]] = {
    value.code: value
    for value in vars(exceptions).values()
    if isinstance(value, type) and issubclass(value, OmnifyError)
}


def encode_call(context: Context, arguments: bytes) -> bytes:
    """Encode the body of a remote call under a context."""
    return _encode(
        WireCall(
            context.principal,
            context.organization_id,
            context.request_id,
            context.trace,
            context.remaining_seconds(),
            context.idempotency_key,
            context.flags,
            arguments,
        )
    )


def decode_call(body: bytes) -> tuple[Context, bytes]:
    """Decode the context and the encoded arguments of a remote call.

    Raises:
        InvalidInputError: the body is not a call.
    """
    try:
        call = _decode_call(body)
    except UNDECODABLE as error:
        raise InvalidInputError("The body is not an encoded call.") from error
    deadline = None
    if call.remaining_seconds is not None:
        deadline = time.monotonic() + call.remaining_seconds
    context = Context(
        call.principal,
        call.organization_id,
        call.request_id,
        call.trace,
        deadline,
        call.idempotency_key,
        call.flags,
    )
    return context, call.arguments


def encode_error(error: OmnifyError) -> bytes:
    """Encode an error; one that cannot be encoded becomes an internal one."""
    lineage = [error.code]
    for base in type(error).__mro__:
        if issubclass(base, OmnifyError) and base.code not in lineage:
            lineage.append(base.code)
    wire = WireError(tuple(lineage), error.status, error.title, error.detail, error.details)
    try:
        return _encode(wire)
    except UNENCODABLE:
        log.exception("error_not_encodable", code=error.code)
        return encode_error(InternalServiceError())


def decode_error(body: bytes, known: tuple[type[OmnifyError], ...]) -> OmnifyError:
    """Decode an error as its own class if the contract names it, else as the floor's nearest.

    Code, status, text and details are the callee's in both cases.
    """
    wire = _decode_error(body)
    classes = {**FLOOR_ERRORS, **{error.code: error for error in known}}
    error_class = next((classes[c] for c in wire.lineage if c in classes), InternalServiceError)
    error = error_class(wire.detail, **wire.details)
    if error_class.code != wire.lineage[0]:
        error.code, error.status, error.title = wire.lineage[0], wire.status, wire.title
    return error
