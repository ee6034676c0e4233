"""The part of a worker that answers questions, jobs that a request waits for.

They are not handed to the engine, whose queues are looked at once a second and whose records are
several writes: a worker takes a question by one write, and has what it needs in its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db.models import F
from django.utils import timezone

from omnify.db import alias_of
from omnify.events.wakeup import bell_file
from omnify.jobs.definitions import questions_of
from omnify.jobs.execution import fail, run_job
from omnify.jobs.models import Job

log = structlog.get_logger(__name__)

#: So many at once: Python computes one at a time, and one may wait for another service.
THREADS: Final = 2
#: After so long, whoever took a question is taken to have died; it is then asked again.
LOST: Final = timedelta(seconds=120)
_MOST_RUNS: Final = 3
#: So many are looked at for whose turn it is.
_BATCH: Final = 100


class Questions:
    """Takes questions of some services, each organization's in turn, and answers them."""

    def __init__(self, services: Iterable[str], *, on_free: Callable[[], None]) -> None:
        self._kinds = {service: kinds for service in services if (kinds := questions_of(service))}
        self._on_free = on_free
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="omnify-questions")
        self._running: dict[UUID, UUID | None] = {}
        self._seen: dict[str, int] = {}

    def take(self) -> None:
        """Begin to answer what waits, as far as there are threads."""
        for service, kinds in self._kinds.items():
            waiting = Job.objects.using(alias_of(service)).filter(
                kind__in=kinds, state=Job.State.QUEUED, handed_at=None
            )
            for row in self._in_turn(list(waiting.order_by("priority", "id")[:_BATCH])):
                if len(self._running) >= THREADS:
                    return
                # Another worker may have taken it since.
                if waiting.filter(id=row.id).update(handed_at=timezone.now()):
                    self._begin(row)

    def was_asked(self) -> bool:
        """Tell whether a process of this machine has asked since the last time."""
        asked = False
        for service in self._kinds:
            try:
                at = bell_file(alias_of(service), of="questions").stat().st_mtime_ns
            except FileNotFoundError:
                continue
            asked |= self._seen.get(service) != at
            self._seen[service] = at
        return asked

    def ask_again(self) -> None:
        """Let those be answered again whose worker died; three times at most."""
        for service, kinds in self._kinds.items():
            lost = Job.objects.using(alias_of(service)).filter(
                kind__in=kinds,
                state__in=(Job.State.QUEUED, Job.State.RUNNING),
                handed_at__lt=timezone.now() - LOST,
            )
            for row in lost.filter(run__gte=_MOST_RUNS)[:_BATCH]:
                fail(row, "Its process died at every attempt.")
            lost.filter(run__lt=_MOST_RUNS).update(
                state=Job.State.QUEUED, handed_at=None, started_at=None, run=F("run") + 1
            )

    def stop(self) -> None:
        """Take no more; those that run come to their end with the process."""
        self._threads.shutdown(wait=False)

    def _in_turn(self, rows: list[Job]) -> Iterator[Job]:
        """Return the oldest first, but an organization's second after everybody's first."""
        before = Counter(list(self._running.values()))
        places: list[tuple[int, int, Job]] = []
        for row in rows:
            places.append((before[row.organization_id], len(places), row))
            before[row.organization_id] += 1
        return (row for _, _, row in sorted(places, key=lambda place: place[:2]))

    def _begin(self, row: Job) -> None:
        self._running[row.id] = row.organization_id
        self._threads.submit(run_job, row.service, str(row.id)).add_done_callback(
            lambda _: self._end(row.id)
        )

    def _end(self, job_id: UUID) -> None:
        self._running.pop(job_id, None)
        self._on_free()
