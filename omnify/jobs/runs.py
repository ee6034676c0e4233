"""What a job's function gets: steps that happen once, progress, waiting."""

from __future__ import annotations

import asyncio
import inspect
import typing
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import msgspec
import stamina
from django.db import close_old_connections, connections, transaction
from django.utils import timezone

from omnify.context import Context, use
from omnify.db import alias_of, atomic
from omnify.exceptions import OmnifyError
from omnify.jobs.definitions import Definition
from omnify.jobs.models import Effect, Job, Signal

P = ParamSpec("P")
R = TypeVar("R")
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0


class JobCancelledError(Exception):
    """The job was cancelled; nothing more of it happens."""


class JobTimedOutError(Exception):
    """The job took longer than it may."""


class StepOrderError(Exception):
    """A job that was begun again did other steps than before, which its function must not."""


class Steps:
    """The numbered steps of one job, and which of them are done."""

    def __init__(self, job: Job, definition: Definition, context: Context) -> None:
        self.job = job
        self.definition = definition
        self._context = context
        self._alias = alias_of(job.service)
        # PostgreSQL has a type for ids, SQLite keeps hex digits.
        is_typed = connections[self._alias].features.has_native_uuid_field
        self._key = job.id if is_typed else job.id.hex
        self._number = 0

    def next_number(self) -> int:
        """Return the number of the next step, which is alike in each run of the job."""
        self._number += 1
        return self._number

    def run(self, number: int, function: Callable[..., R], arguments: Any, *, is_effect: bool) -> R:
        """Do a step unless it was done before; an unexpected failure is tried again."""
        try:
            for attempt in stamina.retry_context(
                on=_may_be_tried_again,
                attempts=self.definition.attempts,
                timeout=None,
                wait_initial=_FIRST_PAUSE_SECONDS,
                wait_max=_LONGEST_PAUSE_SECONDS,
            ):
                with attempt, use(self._step_context(number)):
                    run_once = self._run_effect if is_effect else self._run_call
                    return run_once(number, function, arguments)
        finally:
            close_old_connections()
        raise AssertionError("stamina raises the last error")

    def _step_context(self, number: int) -> Context:
        return msgspec.structs.replace(self._context, idempotency_key=f"{self.job.id}:{number}")

    def _run_effect(self, number: int, function: Callable[..., R], arguments: Any) -> R:
        name = _name_of(function)
        with atomic(self.job.service):
            if not self.claim(number, name):
                return self._kept(number, function)
            result = function(*arguments)
            if result is not None:
                self._effects(number).update(result=msgspec.json.encode(result))
            return result

    def _run_call(self, number: int, function: Callable[..., R], arguments: Any) -> R:
        kept = self._effects(number).first()
        if kept is not None:
            return self._kept(number, function)
        self._refuse_unless_running()
        result = function(*arguments)
        with atomic(self.job.service):
            if self.claim(number, _name_of(function)) and result is not None:
                self._effects(number).update(result=msgspec.json.encode(result))
        return result

    def claim(self, number: int, name: str) -> bool:
        """Mark a step as done in the open transaction; returns False if it was done before.

        One statement does so, and checks that the job was not cancelled meanwhile.
        """
        self._refuse_if_late()
        with connections[self._alias].cursor() as cursor:
            cursor.execute(
                "INSERT INTO omnify_jobs_effect (job_id, number, name, result)"
                " SELECT id, %s, %s, %s FROM omnify_jobs_job WHERE id = %s AND state = 'running'"
                " ON CONFLICT DO NOTHING",
                [number, name, b"", self._key],
            )
            if cursor.rowcount:
                return True
        kept = self._effects(number).first()
        if kept is None:
            raise JobCancelledError
        if kept.name != name:
            raise StepOrderError(f"step {number} was {kept.name} and is {name} now")
        return False

    def keep(self, number: int, value: Any) -> None:
        """Keep the result of a step that was claimed."""
        self._effects(number).update(result=msgspec.json.encode(value))

    def find_kept(self, number: int) -> bytes | None:
        """Return the kept result of a step, None when it was not done."""
        kept = self._effects(number).first()
        return None if kept is None else bytes(kept.result)

    def report(self, done: int, total: int, note: str) -> None:
        """Report how far the job is."""
        changed = Job.objects.using(self._alias).filter(id=self.job.id, state=Job.State.RUNNING)
        if not changed.update(done=done, total=total, note=note[:200]):
            raise JobCancelledError

    def take(self, signal_id: str) -> None:
        """Mark a signal as received."""
        Signal.objects.using(self._alias).filter(id=signal_id).update(taken_at=timezone.now())

    def _effects(self, number: int) -> Any:
        return Effect.objects.using(self._alias).filter(job_id=self.job.id, number=number)

    def _kept(self, number: int, function: Callable[..., R]) -> R:
        kept = self._effects(number).get()
        if kept.name != _name_of(function):
            raise StepOrderError(f"step {number} was {kept.name} and is {_name_of(function)} now")
        if not kept.result:
            return typing.cast("R", None)
        return typing.cast("R", msgspec.json.decode(bytes(kept.result), type=_result_of(function)))

    def _refuse_unless_running(self) -> None:
        self._refuse_if_late()
        rows = Job.objects.using(self._alias).filter(id=self.job.id, state=Job.State.RUNNING)
        if not rows.exists():
            raise JobCancelledError

    def _refuse_if_late(self) -> None:
        limit, started = self.definition.timeout_seconds, self.job.started_at
        if limit and started and timezone.now() > started + timedelta(seconds=limit):
            raise JobTimedOutError(f"It took longer than {limit:g} seconds.")


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
        """Report how far the job is."""
        self._steps.report(done, total, note)


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
        """Report how far the job is."""
        await asyncio.to_thread(self._steps.report, done, total, note)

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


def _may_be_tried_again(error: Exception) -> bool:
    final = (OmnifyError, JobCancelledError, JobTimedOutError, StepOrderError)
    return not isinstance(error, final)


def _bind(function: Callable[..., R], kwargs: dict[str, Any]) -> Callable[..., R]:
    if not kwargs:
        return function

    def bound(*args: Any) -> R:
        return function(*args, **kwargs)

    bound.__qualname__ = _name_of(function)
    bound.__wrapped__ = function  # type: ignore[attr-defined]
    return bound


def _name_of(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__qualname__", type(function).__name__))[:200]


def _result_of(function: Callable[..., Any]) -> Any:
    hints = typing.get_type_hints(inspect.unwrap(function))
    return hints.get("return", Any)
