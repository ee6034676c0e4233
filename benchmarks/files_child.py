"""Read, insert or import a file in a process of its own, and print seconds and memory as JSON."""

import contextlib
import csv
import io
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import django

django.setup()

from apps.integrations.imports.reading import check, make_mapping, prepare
from benchmarks.files import BAD_FILES, SHAPES


def main() -> None:
    """Run the task that the arguments name."""
    _, task, shape, path = sys.argv
    print(json.dumps(TASKS[task](shape, Path(path))))


def read(shape: str, path: Path) -> dict[str, float]:
    """Read a file as an import does that writes nothing, and by ``csv.reader`` alone."""
    mapping = make_mapping(SHAPES[shape].mapping)

    def read_all() -> None:
        with path.open("rb") as file:
            found = check(prepare(file, mapping, timezone="UTC", today=datetime.now(UTC).date()))
            if found.error_count:
                raise ValueError(found.errors)

    def read_bare() -> None:
        with path.open(newline="") as file:
            for _ in csv.reader(file):
                pass

    # Others may use the processor meanwhile; reading needs nothing else.
    bare, _ = measured(read_bare, time.process_time)
    own, megabytes = measured(read_all, time.process_time)
    return {"bare": bare, "own": own, "megabytes": megabytes}


def insert(shape: str, path: Path) -> dict[str, float]:
    """Insert each row that ``csv.reader`` gives as a metric, in one transaction."""
    from django.core.management import call_command
    from django.db import transaction
    from uuid_utils.compat import uuid7

    from apps.integrations.models import Connection, DailyMetric

    call_command("migrate", verbosity=0)
    organization_id = uuid7()
    now = datetime.now(UTC)
    owner = Connection.unscoped.create(
        organization_id=organization_id, platform="csv", name="csv", changed_at=now
    )

    def make(cells: list[str]) -> DailyMetric:
        return DailyMetric(
            organization_id=organization_id,
            connection=owner,
            level=DailyMetric.Level.CAMPAIGN,
            entity_key=f"{cells[1]} {cells[2]}",
            channel=cells[1],
            campaign=cells[2],
            date=cells[0],
            last_date=cells[0],
            currency="EUR",
            spend_micros=round(float(cells[3]) * 1e6),
            clicks_micros=int(cells[4]) * 1_000_000,
        )

    def insert_all() -> None:
        with path.open(newline="") as file, transaction.atomic():
            rows = csv.reader(file)
            next(rows)
            while batch := [make(cells) for cells in islice(rows, 1000)]:
                DailyMetric.unscoped.bulk_create(batch)

    seconds, megabytes = measured(insert_all)
    return {"seconds": seconds, "megabytes": megabytes}


def measured(
    run: Callable[[], None], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, float]:
    """Return the seconds that something takes, and its memory at most, above that before."""
    # Forgets the peak so far.
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    begun = clock()
    run()
    return clock() - begun, (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def import_file(shape: str, path: Path) -> dict[str, float]:
    """Stage a file as a request does, run the job that reads and imports it, and undo that."""
    from django.core.management import call_command

    from apps.integrations.imports import queries
    from apps.integrations.imports.operations import files
    from apps.integrations.imports.operations.importing import CommitImport
    from apps.integrations.imports.operations.undoing import UndoImport
    from omnify.context import acting_as
    from omnify.db import atomic
    from omnify.jobs.execution import run_job
    from omnify.jobs.models import Job
    from omnify.jobs.operations import request_job
    from tests.factories.auth import make_member, make_organization

    call_command("migrate", verbosity=0)
    principal = make_member(make_organization(), "owner").client.principal()

    def import_it() -> None:
        with acting_as(principal), path.open("rb") as file:
            mapping = make_mapping(SHAPES[shape].mapping)
            staged = files.stage_file(file, file_name="rows.csv", mapping=mapping)
            with atomic("integrations"):
                job_id = request_job(CommitImport(staged_id=staged.id))
        run_job("integrations", str(job_id))
        job = Job.objects.get(id=job_id)
        if job.state != Job.State.SUCCEEDED:
            raise ValueError(job.error)

    def undo_it() -> None:
        with acting_as(principal), atomic("integrations"):
            [csv_import] = queries.list_imports()
            job_id = request_job(UndoImport(import_id=csv_import.id))
        run_job("integrations", str(job_id))
        if not Job.objects.filter(id=job_id, state=Job.State.SUCCEEDED).exists():
            raise ValueError("the undo failed")

    seconds, megabytes = measured(import_it)
    undone, _ = measured(undo_it)
    return {"seconds": seconds, "megabytes": megabytes, "undone": undone}


def refuse(shape: str, _path: Path) -> dict[str, float]:
    """Read a file that is made to break readers, until it is refused."""
    from apps.integrations.exceptions import CsvInvalidError
    from tests.apps.integrations.requests import MAPPING

    content = BAD_FILES[shape]()
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    mapping = make_mapping(MAPPING)

    def read_it() -> None:
        with contextlib.suppress(CsvInvalidError):
            found = check(prepare(file, mapping, timezone="UTC", today=datetime.now(UTC).date()))
            if not found.error_count:
                raise ValueError(shape)

    seconds, megabytes = measured(read_it)
    return {"seconds": seconds, "megabytes": megabytes}


TASKS = {"read": read, "insert": insert, "import": import_file, "refuse": refuse}

if __name__ == "__main__":
    main()
