"""How far the jobs of large files are, and what came of them, in words."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from django.urls import reverse

from apps.integrations.imports.messages import CheckFile, CommitImport, ImportResult, UndoImport
from apps.integrations.imports.pages import words
from apps.integrations.imports.pages.asking import Questions
from apps.integrations.imports.pages.tables import amount_of
from omnify.jobs.messages import JobNotFoundError, JobReport
from omnify.jobs.refusals import find_refusal
from omnify.pages.parts import Banner, Link, Part, Progress

#: By the kind of a job: its name, what is said while it runs, and where it did not succeed.
_WORDS: Final = {
    CommitImport.kind: (
        "Import",
        (
            "This file is large and is being imported. Its numbers appear all at once, when all of"
            " them are there. You may leave this page."
        ),
        "Nothing was imported.",
    ),
    CheckFile.kind: (
        "Check",
        "This file is large: what is shown is of its beginning, and the rest is being checked.",
        "The whole file was not checked.",
    ),
    UndoImport.kind: (
        "Undo",
        (
            "This import is large and is being undone. Its numbers go all at once, when all of what"
            " comes in their place is there. You may leave this page."
        ),
        "Nothing was undone.",
    ),
}
_MOST_SUMS: Final = 30


def progress_of(job: JobReport) -> Progress:
    """Return how far a job of imports is, and what came of it.

    Raises:
        JobNotFoundError: it is a job that nobody asked for on a page.
    """
    if job.kind not in _WORDS:
        raise JobNotFoundError(job_id=job.id)
    label, text, _ = _WORDS[job.kind]
    return Progress(
        url=reverse("integrations:job", args=[job.id]),
        label=label,
        percent=job.percent,
        text=text,
        outcome=_outcome(job) if job.is_over else None,
    )


def _outcome(job: JobReport) -> Part:
    refusal = find_refusal(job)
    if refusal is not None and refusal.details.get("questions"):
        return Questions(questions=tuple(refusal.details["questions"]))
    if refusal is not None and refusal.details.get("errors"):
        return words.about_refusal(refusal)
    if job.state != "succeeded":
        nothing = _WORDS[job.kind][2]
        return Banner(level="danger", text=f"{nothing} {job.error or 'It was cancelled.'}")
    if job.kind == UndoImport.kind:
        return Banner(level="success", text="The import was undone.", link=_imports())
    if job.kind == CheckFile.kind:
        return _checked(job.result)
    return words.about_import(msgspec.convert(job.result, ImportResult))


def _imports() -> Link:
    return Link(reverse("integrations:import"), "See all imports")


def _checked(found: dict[str, Any]) -> Part:
    if found["questions"]:
        return Questions(questions=tuple(found["questions"]))
    if found["error_count"]:
        return words.about_problems(found["errors"], count=found["error_count"])
    sums = [
        f"{each['channel'] or 'all'}, {each['measure'].replace('_', ' ')}: {amount_of(each['sum'])}"
        for each in found["sums"]
    ]
    more = [f"{len(sums) - _MOST_SUMS} more sums."] if len(sums) > _MOST_SUMS else []
    said = [each["message"] for each in found["warnings"]]
    return Banner(
        level="success",
        text=f"The whole file was checked: {found['row_count']:,} rows look good.",
        items=(*sums[:_MOST_SUMS], *more, *said),
    )
