"""Carry a call to its facade; within the process, and what every way has to do."""

from __future__ import annotations

import time
from typing import Protocol

from omnify.context import Context
from omnify.exceptions import DeadlineExceededError, OmnifyError
from omnify.services import wire
from omnify.services.contract import Contract, Method
from omnify.services.invocation import invoke


class Transport(Protocol):
    """Carries an encoded call to a service and its encoded result back."""

    def call(
        self, contract: type[Contract], method: Method, context: Context, arguments: bytes
    ) -> bytes:
        """Return the encoded result or raise the callee's error."""


class LocalTransport:
    """Runs the facade in this process, on what the codec carries and nothing else."""

    def __init__(self, service: str) -> None:
        self._service = service

    def call(
        self, contract: type[Contract], method: Method, context: Context, arguments: bytes
    ) -> bytes:
        """Return the encoded result or raise the callee's error, as it would arrive remotely."""
        try:
            result = invoke(self._service, method.name, context, arguments)
        except OmnifyError as error:
            raise wire.decode_error(wire.encode_error(error), contract.raises) from error
        if context.deadline is not None and context.deadline <= time.monotonic():
            raise DeadlineExceededError(service=self._service)
        return result
