"""What a job's function gets: steps that happen once, progress, waiting."""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import msgspec
from django.db import close_old_connections, transaction

from omnify.db import alias_of
from omnify.jobs.steps import Steps, name_of

P = ParamSpec("P")
R = TypeVar("R")


class Run:
    """What a job's function gets.

    The function may be begun again after its process died, and then has to do its steps again, in
    their first order; steps that were done return their first result and are not repeated.
    """

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    @property
    def job_id(self) -> UUID:
        """Return the job's id, which is alike in each run of it."""
        return self._steps.job.id

    def step(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something in the service's database once: effect and mark are one transaction.

        The result is kept: None, or what JSON can hold of the function's annotated type.
        """
        bound = _bind(function, kwargs)
        return self._steps.run(self._steps.next_number(), bound, args, is_effect=True)

    def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something elsewhere, outside a transaction; repeated if the process dies meanwhile.

        The context carries the step's idempotency key, which calls to other services pass on.
        """
        bound = _bind(function, kwargs)
        return self._steps.run(self._steps.next_number(), bound, args, is_effect=False)

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Write how far the job is to its row, unless it was cancelled: then it ends here."""
        self._steps.progress(done, total, note)


class WorkflowRun:
    """What a workflow's coroutine function gets: like ``Run``, and able to wait."""

    def __init__(self, steps: Steps, waiting: Waiting) -> None:
        self._steps = steps
        self._waiting = waiting

    async def step(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do a step as ``Run.step`` does, in a thread."""
        number, bound = self._steps.next_number(), _bind(function, kwargs)
        return await asyncio.to_thread(self._steps.run, number, bound, args, is_effect=True)

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call as ``Run.call`` does, in a thread."""
        number, bound = self._steps.next_number(), _bind(function, kwargs)
        return await asyncio.to_thread(self._steps.run, number, bound, args, is_effect=False)

    async def progress(self, done: int, total: int, note: str = "") -> None:
        """Write how far the job is to its row, unless it was cancelled: then it ends here."""
        await asyncio.to_thread(self._steps.progress, done, total, note)

    async def sleep(self, seconds: float) -> None:
        """Wait; the time passes also while no process runs."""
        await self._waiting.sleep(seconds)

    async def wait_for(self, topic: str, *, timeout_seconds: float) -> Any:
        """Return the signal that ``signal_job`` sent on a topic, None when none came in time."""
        number = self._steps.next_number()
        kept = await asyncio.to_thread(self._steps.find_kept, number)
        if kept is not None:
            return msgspec.json.decode(kept)
        told = await self._waiting.receive(topic, timeout_seconds)
        return await asyncio.to_thread(self._keep_told, number, topic, told)

    def _keep_told(self, number: int, topic: str, told: dict[str, Any] | None) -> Any:
        value = told["value"] if told else None
        try:
            with transaction.atomic(using=alias_of(self._steps.job.service)):
                if self._steps.claim(number, f"wait_for {topic}"):
                    self._steps.keep(number, value)
                    if told:
                        self._steps.take(told["id"])
        finally:
            close_old_connections()
        return value


class Waiting(typing.Protocol):
    """How the engine waits."""

    async def sleep(self, seconds: float) -> None:
        """Wait durably."""

    async def receive(self, topic: str, timeout_seconds: float) -> dict[str, Any] | None:
        """Return the next message on a topic, its id and value; None after the time."""


def _bind(function: Callable[..., R], kwargs: dict[str, Any]) -> Callable[..., R]:
    if not kwargs:
        return function

    def bound(*args: Any) -> R:
        return function(*args, **kwargs)

    bound.__qualname__ = name_of(function)
    bound.__wrapped__ = function  # type: ignore[attr-defined]
    return bound
