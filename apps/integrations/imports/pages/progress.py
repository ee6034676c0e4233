"""How far the jobs of large files are, and what came of them, in words."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from django.urls import reverse

from apps.integrations.imports.operations.importing import CommitImport
from apps.integrations.imports.operations.previewing import CheckFile
from apps.integrations.imports.operations.undoing import UndoImport
from apps.integrations.imports.pages import words
from omnify.jobs.messages import JobNotFoundError, JobReport
from omnify.jobs.refusals import find_refusal
from omnify.pages.parts import Action, Banner, Link, Progress

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
_DONE: Final = {
    CommitImport.kind: "The file was imported.",
    CheckFile.kind: "The whole file was checked.",
    UndoImport.kind: "The import was undone.",
}
_IMPORTS: Final = Link("/app/integrations/", "See all imports")


def progress_of(
    job: JobReport, *, draft_id: UUID | None = None, may_cancel: bool = False
) -> Progress:
    """Return how far a job of imports is, and what came of it.

    ``draft_id`` is of the draft that it is about, to which one comes back; who ``may_cancel`` it
    gets a button.

    Raises:
        JobNotFoundError: it is a job that nobody asked for on a page.
    """
    if job.kind not in _WORDS:
        raise JobNotFoundError(job_id=job.id)
    label, text, _ = _WORDS[job.kind]
    query = f"?draft={draft_id}" if draft_id else ""
    return Progress(
        url=reverse("integrations:job", args=[job.id]) + query,
        label=label,
        percent=job.percent,
        text=text,
        outcome=_outcome(job, draft_id) if job.is_over else None,
        cancel=Action(
            url=reverse("integrations:cancel-job", args=[job.id]) + query,
            label="Cancel",
            about=f"the {label.lower()}",
        )
        if may_cancel
        else None,
    )


def _outcome(job: JobReport, draft_id: UUID | None) -> Banner:
    if job.state == "succeeded":
        return Banner(level="success", text=_DONE[job.kind], link=_IMPORTS)
    check = reverse("integrations:check", args=[draft_id]) if draft_id else ""
    link = Link(check, "Back to the check") if check else _IMPORTS
    refusal = find_refusal(job)
    if refusal is not None and refusal.details.get("questions"):
        text = "Nothing was imported: some columns can be read in several ways."
        return Banner(level="warning", text=text, link=link)
    if refusal is not None and refusal.details.get("errors"):
        return msgspec.structs.replace(words.about_refusal(refusal), link=link)
    nothing = _WORDS[job.kind][2]
    text = f"{nothing} {job.error or 'It was cancelled.'}"
    return Banner(level="danger", text=text, link=link)
