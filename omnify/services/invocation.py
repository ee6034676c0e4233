"""Run a call at its callee, local or remote: decode, run the facade, encode."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import msgspec
import structlog
from django.db import DataError

from omnify.context import Context, enter, leave
from omnify.exceptions import (
    ArgumentsInvalidError,
    ContractViolatedError,
    DeadlineExceededError,
    InternalServiceError,
    InvalidInputError,
    MethodSwitchedOffError,
    OmnifyError,
    UnknownMethodError,
)
from omnify.flags import is_switched_off
from omnify.services.contract import Contract, ContractError, Method
from omnify.services.wire import UNDECODABLE, UNENCODABLE

log = structlog.get_logger(__name__)
encode = msgspec.msgpack.Encoder().encode

#: A method, the function that runs it, and the flag that switches it off.
Implementation = tuple[Method, Callable[..., Any], str]


@cache
def implementations(service: str) -> dict[str, Implementation]:
    """Return the methods that a hosted service's facades implement, by name.

    Raises:
        ContractError: two facades of the service implement methods of one name.
    """
    methods: dict[str, Implementation] = {}
    if find_spec(f"apps.{service}.facade") is None:
        return methods
    module = import_module(f"apps.{service}.facade")
    for _, facade in inspect.getmembers(module, inspect.isclass):
        if not issubclass(facade, Contract) or facade.__module__ != module.__name__:
            continue
        instance = facade()
        for name, compiled in facade.methods.items():
            if name in methods:
                raise ContractError(f"'{service}' implements the method '{name}' twice")
            methods[name] = (compiled, getattr(instance, name), f"rpc.{service}.{name}")
    return methods


def invoke(service: str, name: str, context: Context, arguments: bytes) -> bytes:
    """Run a method of a hosted service for encoded arguments and encode its result.

    Raises:
        OmnifyError: nothing else; an unexpected error is logged and becomes
            ``InternalServiceError``, and a value that no database or calendar has
            ``InvalidInputError``.
    """
    implementation = implementations(service).get(name)
    if implementation is None:
        raise UnknownMethodError(service=service, method=name)
    compiled, function, switch = implementation
    token = enter(context)
    try:
        _refuse_early(service, name, switch, context)
        values = _decoded(service, compiled, arguments)
        return _encoded(service, compiled, function(*values))
    except OmnifyError:
        raise
    except (DataError, OverflowError) as error:
        log.warning("contract_values_refused", service=service, method=name, exc_info=True)
        raise InvalidInputError("A value is out of range, or no text that is kept.") from error
    except Exception as error:
        log.exception("contract_method_failed", service=service, method=name)
        raise InternalServiceError(request_id=context.request_id) from error
    finally:
        leave(token)


def _decoded(service: str, compiled: Method, arguments: bytes) -> tuple[Any, ...]:
    try:
        return msgspec.structs.astuple(compiled.decode_arguments(arguments))
    except UNDECODABLE as error:
        name, reason = compiled.name, str(error)
        raise ArgumentsInvalidError(service=service, method=name, reason=reason) from error


def _encoded(service: str, compiled: Method, result: Any) -> bytes:
    try:
        return encode(result)
    except UNENCODABLE as error:
        raise violation(service, compiled, error) from error


def violation(service: str, compiled: Method, error: Exception) -> ContractViolatedError:
    """Return the error for a value that does not have its type in the contract, and log it."""
    log.error("contract_violated", service=service, method=compiled.name, reason=str(error))
    return ContractViolatedError(service=service, method=compiled.name, reason=str(error))


def _refuse_early(service: str, name: str, switch: str, context: Context) -> None:
    if context.deadline is not None and context.deadline <= time.monotonic():
        raise DeadlineExceededError(service=service)
    if is_switched_off(switch, service):
        raise MethodSwitchedOffError(service=service, method=name)
