"""Build clients: a client looks like its contract and reaches its facade."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
import structlog
from uuid_utils.compat import uuid7

from omnify import context as ctx
from omnify.conf import settings
from omnify.context import Context
from omnify.db import in_transaction
from omnify.exceptions import ArgumentsInvalidError, PayloadTooLargeError
from omnify.services.contract import Contract, Method
from omnify.services.http_transport import HttpTransport
from omnify.services.invocation import encode, violation
from omnify.services.registry import is_hosted, provider_of
from omnify.services.transports import LocalTransport, Transport
from omnify.services.wire import UNENCODABLE

log = structlog.get_logger(__name__)
#: The largest arguments of a call, local or remote, in bytes.
MAX_ARGUMENTS_BYTES = 16 * 1024 * 1024
C = TypeVar("C", bound=Contract)


class CallInTransactionError(RuntimeError):
    """Another service was called inside an open transaction."""


@cache
def client_of(contract: type[C]) -> C:
    """Return a client of a contract; the facade behind it runs here or in another process."""
    service = contract.service or provider_of(contract.provided_as)
    transport = LocalTransport(service) if is_hosted(service) else HttpTransport(service)
    return build_client(contract, service, transport)


def build_client(contract: type[C], service: str, transport: Transport) -> C:
    """Return a client that calls over a given transport."""
    calls = {
        name: _caller(contract, service, compiled, transport)
        for name, compiled in contract.methods.items()
    }
    return cast("C", type(f"{contract.__name__}Client", (), calls)())


def _caller(
    contract: type[Contract], service: str, compiled: Method, transport: Transport
) -> Callable[..., Any]:
    arguments_of, decode, send = compiled.arguments, compiled.decode_result, transport.call

    def call(_client: object, *args: Any, **kwargs: Any) -> Any:
        if in_transaction():
            _report_open_transaction(service, compiled)
        try:
            arguments = encode(arguments_of(*args, **kwargs))
        except UNENCODABLE as error:
            raise violation(service, compiled, error) from error
        if len(arguments) > MAX_ARGUMENTS_BYTES:
            size = len(arguments)
            raise PayloadTooLargeError(size_bytes=size, limit_bytes=MAX_ARGUMENTS_BYTES)
        context = _callee_context(ctx.current(), service, compiled, arguments)
        try:
            result = send(contract, compiled, context, arguments)
        except ArgumentsInvalidError as error:
            raise violation(service, compiled, error) from error
        try:
            return decode(result)
        except msgspec.DecodeError as error:
            raise violation(service, compiled, error) from error

    call.__name__ = compiled.name
    return call


def _callee_context(context: Context, service: str, compiled: Method, arguments: bytes) -> Context:
    deadline = time.monotonic() + compiled.policy.timeout_seconds
    if context.deadline is not None and context.deadline < deadline:
        deadline = context.deadline
    key = "" if compiled.policy.idempotent else _key(context, service, compiled, arguments)
    return Context(
        context.principal,
        context.organization_id,
        context.request_id,
        context.trace.child() if context.trace else None,
        deadline,
        key,
        dict(context.flags),
    )


def _key(context: Context, service: str, compiled: Method, arguments: bytes) -> str:
    """Return the key of a call that must not happen twice.

    Within a request that has a key, the call's key is derived from it and from the call, so that
    a repeated request repeats its calls under their first keys.
    """
    if not context.idempotency_key:
        return str(uuid7())
    call = f"{context.idempotency_key}\n{service}.{compiled.name}\n".encode() + arguments
    return hashlib.sha256(call).hexdigest()


def _report_open_transaction(service: str, compiled: Method) -> None:
    message = f"{service}.{compiled.name} was called inside an open transaction"
    if settings.REFUSE_CALLS_IN_TRANSACTIONS:
        raise CallInTransactionError(message)
    log.error("call_in_transaction", service=service, method=compiled.name)
