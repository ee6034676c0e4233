"""Register which function does which job, and how."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from omnify.jobs.crons import Cron
from omnify.jobs.messages import JobInput
from omnify.services.parts import modules_of

F = TypeVar("F", bound=Callable[..., Any])


class Limits(NamedTuple):
    """Limits of one job over the whole fleet; it then has a queue of its own.

    ``concurrency`` bounds how many run at once, ``starts`` how many start in ``period_seconds``.
    """

    concurrency: int | None = None
    starts: int | None = None
    period_seconds: float = 1.0


class Definition(NamedTuple):
    """A job: its input, its function, and its limits."""

    input: type[JobInput]
    function: Callable[..., Any]
    is_workflow: bool
    attempts: int
    timeout_seconds: float | None
    limits: Limits | None
    schedule: Cron | None
    is_question: bool = False
    only_if: Callable[[datetime], bool] | None = None

    @property
    def kind(self) -> str:
        """Return the job's name, ``<service>.<verb>``."""
        return self.input.kind

    @property
    def queue(self) -> str:
        """Return the queue: the service's, or its own, since long waits must not block the rest."""
        if self.limits is not None:
            return self.kind
        service = self.input.owning_service()
        return f"{service}.workflows" if self.is_workflow else service


_definitions: dict[str, Definition] = {}


class AlreadyDefinedError(TypeError):
    """Two functions are registered for one job."""


def job(  # noqa: PLR0913 - one argument for each thing that a job says
    job_input: type[JobInput],
    *,
    attempts: int = 3,
    timeout_seconds: float | None = None,
    limits: Limits | None = None,
    schedule: Cron | None = None,
    only_if: Callable[[datetime], bool] | None = None,
) -> Callable[[F], F]:
    """Register a function ``(run, job_input)`` as the one that does a job.

    The function may be begun again when its process dies; what it does through ``run.step``
    happens once.

    Args:
        job_input: the type of the job's input.
        attempts: how often a step that fails unexpectedly is tried; a refusal is not tried again.
        timeout_seconds: after which no further step begins and the job has failed.
        limits: over the whole fleet.
        schedule: when the job starts by itself, once in the whole fleet, with default input.
        only_if: asked at each time of the schedule, in its transaction; where it says no, there is
            no job, so that a look each minute leaves no row a minute.
    """

    def register(function: F) -> F:
        how = (attempts, timeout_seconds, limits, schedule)
        _add(Definition(job_input, function, False, *how, only_if=only_if))  # noqa: FBT003 - by position
        return function

    return register


def workflow(
    job_input: type[JobInput],
    *,
    attempts: int = 3,
    timeout_seconds: float | None = None,
    limits: Limits | None = None,
) -> Callable[[F], F]:
    """Register a coroutine function for a job that waits: for time or for a decision.

    Arguments are those of ``job``. A waiting workflow holds no thread.
    """

    def register(function: F) -> F:
        how = (attempts, timeout_seconds, limits, None)
        _add(Definition(job_input, function, True, *how))  # noqa: FBT003 - by position
        return function

    return register


def question(job_input: type[JobInput]) -> Callable[[F], F]:
    """Register a function ``(run, job_input)`` as the one that answers what a request waits for.

    Workers begin it at once, past the engine's queues, and again if a process dies over it: it may
    happen twice, as a request may. See ``omnify.jobs.asking``.
    """

    def register(function: F) -> F:
        _add(Definition(job_input, function, False, 1, None, None, None, is_question=True))  # noqa: FBT003 - by position
        return function

    return register


def questions_of(service: str) -> list[str]:
    """Return the kinds of a service's jobs that requests wait for."""
    return [each.kind for each in definitions_of(service) if each.is_question]


def find_definition(kind: str) -> Definition | None:
    """Return the definition of a job, None where this version has none."""
    load_jobs(kind.partition(".")[0])
    return _definitions.get(kind)


def definitions_of(service: str) -> list[Definition]:
    """Return all jobs of a service."""
    load_jobs(service)
    return [each for each in _definitions.values() if each.input.owning_service() == service]


def defines_jobs(service: str) -> bool:
    """Tell whether a service has jobs, without importing them, which would need its tables."""
    return bool(modules_of(service, "jobs"))


@cache
def load_jobs(service: str) -> None:
    """Import the modules in which a service registers its jobs."""
    for module in modules_of(service, "jobs"):
        import_module(module)


def _add(definition: Definition) -> None:
    known = _definitions.get(definition.kind)
    if known is not None and known.function is not definition.function:
        raise AlreadyDefinedError(f"two functions do {definition.kind}")
    _definitions[definition.kind] = definition
