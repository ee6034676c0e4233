"""Run steps of our jobs, steps of bare DBOS, and starts of jobs on one database."""

import json
import sys
import time
from typing import ClassVar

import django

django.setup()

from dbos import DBOS
from django.core.management import call_command
from django.db import connection, transaction

from omnify.db import atomic
from omnify.jobs import JobInput, job
from omnify.jobs.models import Job
from omnify.jobs.operations import request_job
from omnify.jobs.runs import Run
from omnify.jobs.worker import JobWorker

found: dict[str, list[float]] = {"ours": [], "bare": []}


class Measured(JobInput):
    """The input of a measured job: its number of steps."""

    kind: ClassVar[str] = "auth.measured"

    steps: int


def write(number: int) -> None:
    """Write the effect of a step."""
    with connection.cursor() as cursor:
        cursor.execute("insert into effects (number) values (%s)", [number])


@job(Measured)
def measured(run: Run, asked: Measured) -> None:
    """Run our steps: effect and mark in one transaction."""
    started = time.perf_counter()
    for number in range(asked.steps):
        run.step(write, number)
    if asked.steps:
        found["ours"].append(asked.steps / (time.perf_counter() - started))


@DBOS.step()
def bare_step(number: int) -> None:
    """Run DBOS's step with the same effect in a transaction, at least once."""
    with transaction.atomic():
        write(number)


@DBOS.workflow()
def bare(steps: int) -> None:
    """Run DBOS's own steps."""
    started = time.perf_counter()
    for number in range(steps):
        bare_step(number)
    found["bare"].append(steps / (time.perf_counter() - started))


def ask(steps: int) -> None:
    """Request a job and wait for its end."""
    with atomic("auth"):
        job_id = request_job(Measured(steps=steps))
    while not Job.objects.filter(id=job_id, state="succeeded").exists():
        time.sleep(0.01)


def main() -> None:
    """Run the task that the arguments name and print its figures as JSON."""
    call_command("migrate", verbosity=0)
    worker = JobWorker(["auth"])
    worker.start()
    if sys.argv[1] == "starts":
        for _ in range(int(sys.argv[2])):
            ask(0)
        rows = Job.objects.order_by("id").values_list("created_at", "started_at")
        seconds = [(started - created).total_seconds() for created, started in rows]
        # The first one waits for the engine's own start.
        print(json.dumps({"seconds": seconds[1:]}))
    else:
        with connection.cursor() as cursor:
            cursor.execute("create table effects (number integer)")
        ask(0)
        for _ in range(int(sys.argv[3])):
            ask(int(sys.argv[2]))
            DBOS.start_workflow(bare, int(sys.argv[2])).get_result()
        print(json.dumps(found))
    worker.stop(grace_seconds=1)


if __name__ == "__main__":
    main()
