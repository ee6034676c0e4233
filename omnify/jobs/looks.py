"""What workers look for besides jobs: rows that wait in a service's tables.

Where a row is written many times a second, a job with each costs more than the row. The writer
then only marks it as waiting; the next look of a worker finds it, and requests one job for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import DatabaseError

from omnify.jobs.definitions import load_jobs

log = structlog.get_logger(__name__)
F = TypeVar("F", bound=Callable[[], object])
_looks: dict[str, dict[str, Callable[[], object]]] = {}


def each_look(service: str) -> Callable[[F], F]:
    """Register a function that a worker calls at each look for jobs, twice a second.

    It requests jobs for what waits, and may be called by several workers at once. Where nothing
    waits, it asks one question that an index answers.
    """

    def register(function: F) -> F:
        _looks.setdefault(service, {})[f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return register


def look(services: Iterable[str]) -> None:
    """Let the functions of some services look; one that fails keeps no other from it.

    Raises:
        DatabaseError: a database is away.
    """
    for service in services:
        load_jobs(service)
        for name, function in _looks.get(service, {}).items():
            try:
                function()
            except DatabaseError:
                raise
            except Exception:
                log.exception("look_failed", function=name)
