"""Hand requests to the engine: new jobs, signals, cancellations; and fail what it gave up.

Each function looks at one database, for those of its services whose jobs this process runs: a
worker looks twice a second, and has mostly nothing to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from django.db import connections, transaction
from django.utils import timezone

from omnify.jobs.definitions import questions_of
from omnify.jobs.execution import fail
from omnify.jobs.models import Job, Signal

if TYPE_CHECKING:
    from omnify.jobs.engine import Engine

_BATCH = 100


def hand_over(engine: Engine, alias: str, services: Sequence[str]) -> int:
    """Give the engine a batch of the jobs that were requested since; returns their number.

    Workers share jobs by skipping each other's rows. If one is killed after the engine has a job
    and before it is marked, another hands it over again, which the engine recognises.
    """
    new = (
        Job.objects.using(alias)
        .filter(service__in=services, state=Job.State.QUEUED, handed_at=None)
        .exclude(kind__in=_questions_of(services))
    )
    if not new.exists():
        return 0
    with transaction.atomic(using=alias):
        rows = new.order_by("priority", "id")
        handed = list(rows.select_for_update(skip_locked=_can_skip(alias))[:_BATCH])
        for row in handed:
            engine.hand_over(row)
        ids = [row.id for row in handed]
        Job.objects.using(alias).filter(id__in=ids).update(handed_at=timezone.now())
    return len(handed)


def pass_on(engine: Engine, alias: str, services: Sequence[str]) -> None:
    """Pass signals of jobs to the engine, and tell it which jobs to stop."""
    signals = Signal.objects.using(alias).filter(handed_at=None, job__service__in=services)
    for signal in (
        signals.exclude(job__handed_at=None).select_related("job").order_by("id")[:_BATCH]
    ):
        engine.tell(signal.job, signal.id, signal.topic, msgspec.json.decode(bytes(signal.value)))
        Signal.objects.using(alias).filter(id=signal.id).update(handed_at=timezone.now())
    for row in Job.objects.using(alias).filter(service__in=services, stop_asked=True)[:_BATCH]:
        if row.handed_at is not None:
            engine.cancel(row)
        Job.objects.using(alias).filter(id=row.id).update(stop_asked=False)


def give_up_lost(engine: Engine, alias: str, services: Sequence[str]) -> None:
    """Fail the jobs that the engine gave up: each attempt has killed its process.

    One that did not even begin, since the database had no connection for it, is handed over again.
    """
    handed = Job.objects.using(alias).filter(service__in=services)
    handed = handed.exclude(handed_at=None).exclude(kind__in=_questions_of(services))
    running = handed.filter(state=Job.State.RUNNING)[:_BATCH]
    queued = handed.filter(state=Job.State.QUEUED).order_by("handed_at")[:_BATCH]
    by_id = {row.workflow_id: row for row in (*running, *queued)}
    for lost in engine.find_lost(list(by_id)) if by_id else ():
        row = by_id[lost]
        if row.state == Job.State.RUNNING:
            fail(row, "Its process died at every attempt.")
        else:
            again = handed.filter(id=row.id, run=row.run, state=Job.State.QUEUED)
            again.update(handed_at=None, run=row.run + 1)


def _questions_of(services: Sequence[str]) -> list[str]:
    return [kind for service in services for kind in questions_of(service)]


def _can_skip(alias: str) -> bool:
    return bool(connections[alias].features.has_select_for_update_skip_locked)
