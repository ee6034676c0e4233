"""What the check of a draft finds: sums, days, gaps, what it replaces, and what it asks."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

import msgspec
from django.urls import reverse

from apps.integrations.imports import queries
from apps.integrations.imports.models import StagedFile
from apps.integrations.imports.operations import look_at
from apps.integrations.imports.pages import tables, words
from apps.integrations.imports.pages.asking import Questions, ask, describe_answers
from apps.integrations.imports.pages.choosing import Chosen
from apps.integrations.imports.pages.progress import progress_of
from apps.integrations.imports.reading import AnyMapping, Check, Preview
from omnify.exceptions import OmnifyError
from omnify.jobs.messages import JobReport
from omnify.jobs.queries import get_job
from omnify.pages.parts import Banner, Part, Table


class Found(msgspec.Struct):
    """What the page of the check shows; it can be imported where nothing is asked or wrong."""

    said: list[Part] = []
    questions: Questions | None = None
    answers: list[tuple[str, str]] = []
    facts: list[tuple[str, str]] = []
    tables: list[Table] = []
    can_import: bool = False


def check(
    draft: StagedFile, chosen: Chosen, stream: BinaryIO, mapping: AnyMapping, now: datetime
) -> Found:
    """Return what a draft comes to by a mapping: of a large file, what its job found so far."""
    answers = describe_answers(chosen.options)
    try:
        preview = look_at(stream, mapping, now)
    except OmnifyError as error:
        return Found(said=[words.about_refusal(error)], answers=answers)
    job = get_job("integrations", chosen.job_id) if chosen.job_id else None
    if job is None or job.state != "succeeded":
        found = _describe(draft, preview, preview, mapping, job)
    else:
        found = _describe(draft, preview, msgspec.convert(job.result, Check), mapping, None)
    return msgspec.structs.replace(found, answers=answers)


def _describe(
    draft: StagedFile,
    preview: Preview,
    found: Preview | Check,
    mapping: AnyMapping,
    job: JobReport | None,
) -> Found:
    url = reverse("integrations:check", args=[draft.id])
    errors = msgspec.to_builtins(found.errors)
    questions = ask(msgspec.to_builtins(found.questions), url=url)
    said: list[Part] = []
    if errors:
        said.append(words.about_problems(errors, count=found.error_count))
    if job is not None:
        said.append(progress_of(job, draft_id=draft.id))
    replaced = _about_replaced(mapping.source, found)
    return Found(
        said=[*said, *words.about_reading(found, preview), *([replaced] if replaced else [])],
        questions=questions,
        facts=words.facts_of(found, preview, mapping),
        tables=[
            *([tables.sums(found, found.currency or "")] if not questions else []),
            *([removed] if (removed := tables.removed(preview)) else []),
            tables.first_rows(preview, mapping.columns().values()),
        ],
        can_import=not (questions or errors),
    )


def _about_replaced(source: str, found: Preview | Check) -> Banner | None:
    """Return which imports of a source have some of a file's days, None where none has."""
    if found.first_date is None or found.last_date is None:
        return None
    made = queries.list_replaced(source, found.first_date, found.last_date)
    return words.about_replaced(source, [each.file_name for each in made]) if made else None
