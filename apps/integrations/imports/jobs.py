"""The jobs of imports: large files, and the deletion of files that were left behind."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from apps.integrations.imports import queries
from apps.integrations.imports.messages import CheckFile, CommitImport, ImportResult, TidyImports
from apps.integrations.imports.operations import files, staging
from apps.integrations.imports.reading import Check, parse_mapping
from omnify.jobs import Schedule, job
from omnify.jobs.runs import Run

#: How often a file is read from its beginning to its end: decoded, looked at, read.
_WAYS_THROUGH = 3


@job(CommitImport, timeout_seconds=3600)
def commit_import(run: Run, job_input: CommitImport) -> ImportResult:
    """Stage a file's metrics step by step, then make all of them count at once."""
    file = staging.StagedReading(job_input.staged_id, timezone.now())
    total = file.pieces + 1
    for number, piece in enumerate(file.iter_pieces(), start=1):
        run.step(staging.stage_metrics, job_input.staged_id, piece, file.plan.currency)
        run.progress(number, total, "reading")
    found = file.check()
    result = run.step(staging.apply_staged, job_input.staged_id, file.plan, found, timezone.now())
    run.progress(total, total, "done")
    return result


@job(CheckFile, timeout_seconds=3600)
def check_file(run: Run, job_input: CheckFile) -> Check:
    """Check all of a file of which a preview has shown the beginning."""
    try:
        return run.call(_check, run, job_input)
    finally:
        files.discard_staged(job_input.staged_id)


def _check(run: Run, job_input: CheckFile) -> Check:
    staged = files.get_staged(job_input.staged_id)
    stream = files.open_staged(staged.id, on_chunk=_follow(run))
    mapping = parse_mapping(staged.mapping)
    known = job_input.is_currency_known
    return queries.check_staged(stream, mapping, timezone.now(), is_currency_known=known)


def _follow(run: Run) -> Callable[[int, int], None]:
    """Return what reports the progress of reading, by the chunks that were loaded."""
    loaded = 0

    def report(_number: int, count: int) -> None:
        nonlocal loaded
        loaded += 1
        total = _WAYS_THROUGH * count
        run.progress(min(loaded, total - 1), total, "reading")

    return report


@job(TidyImports, schedule=Schedule("30 3 * * *"))
def tidy_imports(run: Run, _job_input: TidyImports) -> int:
    """Delete staged files whose job failed, each night."""
    return run.call(files.forget_staged, timezone.now())
