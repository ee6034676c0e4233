"""How far the jobs of large files are, and what came of them, in words."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from apps.integrations.imports.messages import CheckFile
from apps.integrations.imports.pages import words
from apps.integrations.imports.pages.asking import Questions
from apps.integrations.imports.pages.tables import amount_of
from omnify.jobs.messages import JobReport
from omnify.jobs.refusals import find_refusal
from omnify.pages.parts import Banner, Part, Progress

_IMPORT: Final = (
    "This file is large and is being imported. Its numbers appear all at once, when all of them are"
    " there. You may leave this page."
)
_CHECK: Final = (
    "This file is large: what is shown here is of its beginning, and the rest is being checked."
)
_MOST_SUMS: Final = 30


def progress_of(job: JobReport) -> Progress:
    """Return how far the import or the check of a large file is, and what came of it."""
    is_check = job.kind == CheckFile.kind
    return Progress(
        url=reverse("integrations:job", args=[job.id]),
        label="Check" if is_check else "Import",
        percent=job.percent,
        text=_CHECK if is_check else _IMPORT,
        outcome=_outcome(job, is_check=is_check) if job.is_over else None,
    )


def _outcome(job: JobReport, *, is_check: bool) -> Part:
    refusal = find_refusal(job)
    if refusal is not None:
        questions = refusal.details.get("questions")
        return Questions(questions=tuple(questions)) if questions else words.about_refusal(refusal)
    if job.state != "succeeded":
        nothing = "The whole file was not checked." if is_check else "Nothing was imported."
        return Banner(level="danger", text=f"{nothing} {job.error or 'It was cancelled.'}")
    return _checked(job.result) if is_check else _imported(job.result)


def _imported(brought: dict[str, Any]) -> Banner:
    text = (
        f"{brought['rows']} rows were imported as {brought['metrics']} metrics in"
        f" {brought['currency']}."
    )
    return Banner(level="success", text=text, link=words.DASHBOARD)


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
