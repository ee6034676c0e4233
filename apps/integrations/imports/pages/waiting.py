"""The viewer's files that are not imported yet, and how each stands."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from django.urls import reverse

from apps.integrations.imports.models import StagedFile
from apps.integrations.imports.operations import drafts
from apps.integrations.imports.pages.choosing import Chosen
from omnify.jobs.queries import get_job
from omnify.pages.parts import Chip


class Waiting(msgspec.Struct, frozen=True):
    """A file, where it goes on, and whether it can be deleted."""

    draft: StagedFile
    url: str
    state: Chip
    is_running: bool = False


def iter_waiting() -> Iterator[Waiting]:
    """Yield the viewer's drafts, newest first, without those that were imported."""
    for draft in drafts.list_drafts():
        chosen = Chosen.read(draft.choices or {})
        waiting = _describe(draft, chosen)
        if not chosen.is_imported and waiting is not None:
            yield waiting


def _describe(draft: StagedFile, chosen: Chosen) -> Waiting | None:
    columns = reverse("integrations:columns", args=[draft.id])
    if chosen.import_job_id is None:
        return Waiting(draft, columns, Chip(state="needs", text="Waits for you"))
    job = get_job("integrations", chosen.import_job_id)
    url = f"{reverse('integrations:job', args=[job.id])}?draft={draft.id}"
    if not job.is_over:
        return Waiting(draft, url, Chip(state="running", text="Being imported"), is_running=True)
    if job.state == "succeeded":
        return None
    return Waiting(draft, url, Chip(state="failed", text="Not imported"))
