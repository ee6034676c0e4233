"""Schedules: rows that request a job whenever their time comes.

An organization's are put by its service; those of no organization are declared with their job, by
``@job(…, schedule=Cron(…))``, and written when a worker starts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

import structlog
from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from omnify.context import Context, current_organization_id
from omnify.db import alias_of, atomic
from omnify.events.messages import encode_origin
from omnify.exceptions import NotFoundError
from omnify.jobs.crons import Cron, CronError
from omnify.jobs.definitions import definitions_of, find_definition
from omnify.jobs.messages import JobInput
from omnify.jobs.models import Job, Schedule
from omnify.jobs.operations import JobRequestError, encode_input
from omnify.services.messages import Message

log = structlog.get_logger(__name__)

#: So many due schedules are requested in one transaction.
BATCH: Final = 500
_NAMES: Final = UUID("6a3b0c5e-3f0e-4a4e-9d0a-7b1f0c9b4a47")


class ScheduleNotFoundError(NotFoundError):
    """The organization has no such schedule."""

    code = "schedule_not_found"
    message = "There is no schedule '{name}'."


class ScheduleReport(Message):
    """A schedule, and when it comes next: None while it is paused."""

    name: str
    kind: str
    cron: str
    zone: str
    next_at: datetime | None


def put_schedule(name: str, job_input: JobInput, cron: Cron) -> ScheduleReport:
    """Make or change a schedule of the organization, in the caller's transaction.

    One that keeps its cron keeps its next time; a paused one stays paused.

    Raises:
        CronError: the cron or its zone say no time.
        JobRequestError: there is no transaction, or the input exceeds ``MAX_INPUT_BYTES``.
    """
    return _report(_put(name, job_input, cron, current_organization_id()))


def remove_schedule(service: str, name: str) -> None:
    """Remove a schedule of the organization; jobs that it has requested stay.

    Raises:
        ScheduleNotFoundError: there is none of this name.
    """
    if not _of_organization(service).filter(name=name).delete()[0]:
        raise ScheduleNotFoundError(name=name)


def remove_schedules(service: str) -> int:
    """Remove all schedules of the organization, which is about to go; returns their number."""
    return _of_organization(service).delete()[0]


def pause_schedule(service: str, name: str) -> None:
    """Let a schedule of the organization request nothing until it is resumed.

    Raises:
        ScheduleNotFoundError: there is none of this name.
    """
    pause(_find(service, name))


def resume_schedule(service: str, name: str) -> ScheduleReport:
    """Let a paused schedule come again; what it missed meanwhile is not made up for.

    Raises:
        ScheduleNotFoundError: there is none of this name.
    """
    return _report(resume(_find(service, name)))


def get_schedule(service: str, name: str) -> ScheduleReport:
    """Return a schedule of the organization.

    Raises:
        ScheduleNotFoundError: there is none of this name.
    """
    return _report(_find(service, name))


def pause(row: Schedule) -> None:
    """Pause a schedule of any organization, or of none."""
    Schedule.objects.using(alias_of(row.service)).filter(id=row.id).update(paused=True)


def resume(row: Schedule) -> Schedule:
    """Resume a schedule of any organization, or of none; one that is not paused stays as it is."""
    row.next_at = _cron_of(row).next_after(timezone.now())
    rows = Schedule.objects.using(alias_of(row.service)).filter(id=row.id)
    rows.filter(paused=True).update(paused=False, next_at=row.next_at)
    return rows.get()


def declare_schedules(service: str) -> None:
    """Make the schedules of no organization those that this version declares with its jobs."""
    declared = {each.kind: each for each in definitions_of(service) if each.schedule is not None}
    with atomic(service):
        rows = Schedule.objects.using(alias_of(service))
        rows.filter(service=service, organization_id=None).exclude(name__in=declared).delete()
        for kind, definition in declared.items():
            if definition.schedule is not None:
                _put(kind, definition.input(), definition.schedule, None)


def request_due(service: str, now: datetime) -> int:
    """Request the jobs of a batch of schedules that are due; returns the number of schedules.

    What was missed while no worker ran is one job. Job and next time are of one transaction, so
    that each time is requested once, whatever dies; workers skip each other's rows.
    """
    alias = alias_of(service)
    due = Schedule.objects.using(alias).filter(service=service, paused=False, next_at__lte=now)
    if not due.exists():
        return 0
    can_skip = connections[alias].features.has_select_for_update_skip_locked
    with atomic(service):
        locked = due.order_by("next_at").select_for_update(skip_locked=can_skip)
        rows = list(locked[:BATCH])
        jobs = [job for row in rows if (job := _take_time(row, now)) is not None]
        Job.objects.using(alias).bulk_create(jobs, ignore_conflicts=True)
        Schedule.objects.using(alias).bulk_update(rows, ["next_at", "paused"])
    return len(rows)


def _take_time(row: Schedule, now: datetime) -> Job | None:
    """Return the job of the time that is due, and let the schedule come next after now."""
    cron, due_at = _cron_of(row), row.next_at
    try:
        row.next_at = cron.next_after(now)
    except CronError as error:
        # Its zone is gone from the time zone data: it must not stop the others.
        row.paused = True
        log.error("schedule_paused", schedule=str(row.id), kind=row.kind, reason=str(error))  # noqa: TRY400
        return None
    if not _has_to_do(row, now):
        return None
    return Job(
        organization_id=row.organization_id,
        service=row.service,
        kind=row.kind,
        key=f"{row.id} {cron.slot(due_at)}",
        input=bytes(row.input),
        origin=encode_origin(Context(organization_id=row.organization_id)),
    )


def _has_to_do(row: Schedule, now: datetime) -> bool:
    """Tell whether a job would have anything to do; an organization's schedule always has."""
    definition = find_definition(row.kind)
    if row.organization_id is not None or definition is None or definition.only_if is None:
        return True
    return definition.only_if(now)


def _put(name: str, job_input: JobInput, cron: Cron, organization_id: UUID | None) -> Schedule:
    service, encoded = job_input.owning_service(), encode_input(job_input)
    alias = alias_of(service)
    if not connections[alias].in_atomic_block:
        raise JobRequestError(f"{name}: put the schedule inside atomic('{service}')")
    row = Schedule(
        id=uuid5(_NAMES, f"{service} {organization_id} {name}"),
        organization_id=organization_id,
        service=service,
        name=name,
        kind=job_input.kind,
        input=encoded,
        cron=cron.fields,
        zone=cron.zone,
        next_at=cron.next_after(timezone.now()),
    )
    rows = Schedule.objects.using(alias)
    rows.bulk_create([row], ignore_conflicts=True)
    known = rows.select_for_update().get(id=row.id)
    if _cron_of(known) == cron:
        row.next_at = known.next_at
    row.paused = known.paused
    row.save(using=alias, update_fields=["kind", "input", "cron", "zone", "next_at"])
    return row


def _find(service: str, name: str) -> Schedule:
    row = _of_organization(service).filter(name=name).first()
    if row is None:
        raise ScheduleNotFoundError(name=name)
    return row


def _of_organization(service: str) -> QuerySet[Schedule]:
    rows = Schedule.objects.using(alias_of(service))
    return rows.filter(service=service, organization_id=current_organization_id())


def _cron_of(row: Schedule) -> Cron:
    return Cron(row.cron, row.zone)


def _report(row: Schedule) -> ScheduleReport:
    next_at = None if row.paused else row.next_at
    return ScheduleReport(
        name=row.name, kind=row.kind, cron=row.cron, zone=row.zone, next_at=next_at
    )
