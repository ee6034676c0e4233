"""Drafts: files that people prepare for their import in steps, each of which can be left."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.db.models import QuerySet

from apps.integrations.exceptions import DraftGoneError
from apps.integrations.imports import queries
from apps.integrations.imports.messages import ImportAccepted, ImportResult
from apps.integrations.imports.models import StagedFile
from apps.integrations.imports.operations import files
from apps.integrations.imports.operations.importing import CommitImport, import_csv
from apps.integrations.imports.operations.previewing import CheckFile
from apps.integrations.imports.reading import AnyMapping
from omnify.context import current
from omnify.db import atomic
from omnify.jobs.operations import request_job

#: What one person has of them at once; of more the oldest ones are deleted.
MOST_DRAFTS: Final = 5


def keep_draft(stream: BinaryIO, *, file_name: str, choices: dict[str, Any]) -> StagedFile:
    """Keep a file with what is proposed for it, and delete the person's oldest drafts."""
    unread = _own_drafts().filter(readers=None)
    for draft_id in list(unread.values_list("id", flat=True)[MOST_DRAFTS - 1 :]):
        files.discard_staged(draft_id)
    return files.stage_draft(stream, file_name=file_name, choices=choices)


def list_drafts() -> list[StagedFile]:
    """Return the user's drafts, newest first."""
    return list(_own_drafts())


def get_draft(draft_id: UUID) -> StagedFile:
    """Return a draft of the organization.

    Raises:
        DraftGoneError: it was deleted, or never was.
    """
    drafts = StagedFile.objects.filter(choices__isnull=False)
    return drafts.get_or_refuse(DraftGoneError(), id=draft_id)


def save_choices(draft: StagedFile, choices: dict[str, Any]) -> None:
    """Keep what was chosen of a draft."""
    draft.choices = choices
    with atomic("integrations"):
        draft.save(update_fields=["choices"])


def check_draft(draft: StagedFile, mapping: AnyMapping) -> UUID | None:
    """Let a job check all of a draft; None where a request reads it whole."""
    if not files.is_large(files.open_staged(draft.id)):
        return None
    with atomic("integrations"):
        staged = files.stage_from_draft(draft, mapping)
        return request_job(CheckFile(staged_id=staged.id))


def import_draft(
    draft: StagedFile, mapping: AnyMapping, *, now: datetime
) -> ImportResult | ImportAccepted:
    """Import a draft as ``import_csv`` does; a large one by a job that the caller need not await.

    The draft stays, so that what was chosen can be changed.

    Raises:
        CsvInvalidError: the file or one of its rows is not valid, or it would cut a span.
        CsvAmbiguousError: it can be read in several ways, and the mapping does not say which.
        CsvMappingError: the source keeps a measure at another level, or is of another brand.
    """
    stream = files.open_staged(draft.id)
    if not files.is_large(stream):
        return import_csv(stream, file_name=draft.file_name, mapping=mapping, now=now)
    queries.refuse_unknown_brand(mapping)
    with atomic("integrations"):
        staged = files.stage_from_draft(draft, mapping)
        return ImportAccepted(job_id=request_job(CommitImport(staged_id=staged.id)))


def _own_drafts() -> QuerySet[StagedFile]:
    return StagedFile.objects.filter(
        choices__isnull=False, created_by=current().principal.user_id
    ).order_by("-id")
