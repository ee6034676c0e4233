"""The steps of a job, each done once: marked in the transaction of its effects."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
import stamina
from django.db import close_old_connections, connections
from django.utils import timezone

from omnify.context import Context, use
from omnify.db import alias_of, atomic
from omnify.exceptions import OmnifyError
from omnify.jobs.definitions import Definition
from omnify.jobs.models import Effect, Job, Signal

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
        name = name_of(function)
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
            if self.claim(number, name_of(function)) and result is not None:
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

    def progress(self, done: int, total: int, note: str) -> None:
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
        if kept.name != name_of(function):
            raise StepOrderError(f"step {number} was {kept.name} and is {name_of(function)} now")
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


def _may_be_tried_again(error: Exception) -> bool:
    final = (OmnifyError, JobCancelledError, JobTimedOutError, StepOrderError)
    return not isinstance(error, final)


def name_of(function: Callable[..., Any]) -> str:
    """Return the name that a step is marked with."""
    return str(getattr(function, "__qualname__", type(function).__name__))[:200]


def _result_of(function: Callable[..., Any]) -> Any:
    hints = typing.get_type_hints(inspect.unwrap(function))
    return hints.get("return", Any)
