"""The jobs of imports: large files, and the deletion of files whose job failed."""

from __future__ import annotations

from django.utils import timezone

from apps.integrations.imports.messages import CommitImport, ImportResult, TidyImports
from apps.integrations.imports.operations import files, staging
from omnify.jobs import Schedule, job
from omnify.jobs.runs import Run


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


@job(TidyImports, schedule=Schedule("30 3 * * *"))
def tidy_imports(run: Run, _job_input: TidyImports) -> int:
    """Delete staged files whose job failed, each night."""
    return run.call(files.forget_staged, timezone.now())
