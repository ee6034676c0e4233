"""The jobs of imports: large files, large undos, and the deletion of files whose job failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

from django.utils import timezone

from apps.integrations.imports import queries
from apps.integrations.imports.layers.building import CHUNK_ROWS, Chunk
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import StagedFile
from apps.integrations.imports.operations import committing, files, originals, tidying, undoing
from apps.integrations.imports.operations.importing import CommitImport
from apps.integrations.imports.operations.previewing import CheckFile
from apps.integrations.imports.operations.tidying import TidyImports
from apps.integrations.imports.operations.undoing import UndoImport
from apps.integrations.imports.reading import Check, parse_mapping
from omnify.exceptions import OmnifyError
from omnify.jobs import Cron, job
from omnify.jobs.runs import Run
from omnify.jobs.steps import JobCancelledError

#: How many metrics one step of the job stores.
STEP_METRICS = 10_000
#: Parts of the progress of a job: reading a file, and letting what it brought count.
_HALF = 1000
#: How often a file is read from its beginning to its end: decoded, looked at, read.
_WAYS_THROUGH = 3


@job(CommitImport, timeout_seconds=3600)
def commit_import(run: Run, job_input: CommitImport) -> ImportResult:
    """Keep a file's metrics step by step, then make all of them count at once."""
    import_id = job_input.staged_id
    with _giving_up(import_id):
        staged = StagedFile.objects.filter(id=import_id).first()
        same_id = _keep_file(run, staged) if staged is not None else None
        if same_id is None:
            _make_change(run, import_id, start=_HALF if staged is not None else 0)
    result = committing.get_result(same_id or import_id, unchanged=same_id is not None)
    run.progress(1, 1, "done")
    if staged is not None and same_id is None:
        original = files.open_staged(import_id)
        originals.keep_original(queries.get_import(import_id), original)
    files.discard_staged(import_id)
    return result


@job(UndoImport, timeout_seconds=3600)
def undo_import(run: Run, job_input: UndoImport) -> None:
    """Let what the remaining imports give count."""
    import_id = job_input.import_id
    with _giving_up(import_id):
        while not run.step(undoing.begin_undo_of, import_id, run.job_id):
            run.call(committing.finish_others, import_id, timezone.now())
        _make_change(run, import_id, start=0)
    run.progress(1, 1, "done")


@job(CheckFile, timeout_seconds=3600)
def check_file(run: Run, job_input: CheckFile) -> Check:
    """Check all of a file of which a preview has shown the beginning."""
    try:
        return run.call(_check, run, job_input)
    finally:
        files.discard_staged(job_input.staged_id)


def _check(run: Run, job_input: CheckFile) -> Check:
    staged = files.get_staged(job_input.staged_id)
    stream = files.open_staged(staged.id, on_chunk=_follow(run, 0))
    mapping = parse_mapping(staged.mapping)
    known = job_input.is_currency_known
    return queries.check_staged(stream, mapping, timezone.now(), is_currency_known=known)


def _follow(run: Run, rest: int) -> Callable[[int, int], None]:
    """Return what reports the progress of reading, by the chunks that were loaded.

    ``rest`` is what the job has to do afterwards; reading is ``_HALF``.
    """
    loaded = 0

    def report(_number: int, count: int) -> None:
        nonlocal loaded
        loaded += 1
        done = min(_HALF - 1, _HALF * loaded // (_WAYS_THROUGH * count))
        run.progress(done, _HALF + rest, "reading")

    return report


@job(TidyImports, schedule=Cron("30 3 * * *"))
def tidy_imports(run: Run, _job_input: TidyImports) -> int:
    """Delete old files, and finish what was left behind, each night."""
    now = timezone.now()
    forgotten = run.call(files.forget_staged, now) + run.call(originals.forget_originals, now)
    finished = run.call(tidying.finish_left_behind, now)
    return forgotten + finished


def _keep_file(run: Run, staged: StagedFile) -> UUID | None:
    """Keep the layers of a staged file; returns the import that brought the same, if one did."""
    now, import_id = timezone.now(), staged.id
    run.call(files.settle_digest, staged, parse_mapping(staged.mapping))
    layers = committing.plan_staged(staged, now, on_chunk=_follow(run, _HALF))
    run.step(committing.open_import, import_id, layers.plan.mapping.source, now)
    for chunks in _batches(layers.iter_chunks()):
        run.step(committing.keep_chunks, import_id, chunks)
    found = layers.check()
    run.call(committing.adopt_currency, found.currency)
    while True:
        version = run.call(committing.check_fit, import_id, layers, now)
        begun = run.step(committing.begin_staged, import_id, layers, found, run.job_id, version)
        if begun.unchanged_id is not None:
            committing.give_up(import_id, now)
        if begun.unchanged_id is not None or begun.is_begun:
            return begun.unchanged_id


def _make_change(run: Run, import_id: UUID, *, start: int) -> None:
    """Make the steps of a change: what it builds counts from one moment on."""
    total = start + _HALF
    while True:
        at = run.call(committing.build_some, import_id)
        run.progress(start + _HALF * at.done // max(at.total, 1), total, "importing")
        if at.is_over:
            break
    run.step(committing.flip_import, import_id, timezone.now())
    while not run.call(committing.tidy_some, import_id):
        pass


def _batches(
    chunks: Iterator[tuple[str, Chunk]],
) -> Iterator[list[tuple[str, Chunk]]]:
    count = max(1, STEP_METRICS // CHUNK_ROWS)
    while batch := list(islice(chunks, count)):
        yield batch


@contextmanager
def _giving_up(import_id: UUID) -> Iterator[None]:
    """Leave nothing of what is refused or cancelled."""
    try:
        yield
    except JobCancelledError:
        committing.give_up(import_id, timezone.now())
        raise
    except OmnifyError:
        committing.give_up(import_id, timezone.now())
        files.discard_staged(import_id)
        raise
