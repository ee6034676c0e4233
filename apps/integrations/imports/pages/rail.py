"""The four steps of an import, above each of them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.urls import reverse

from omnify.pages.parts import Step, Steps

FILE, COLUMNS, CHECK, DONE = range(4)
_LABELS: Final = ("File", "Columns", "Check", "Done")
_ROUTES: Final = {COLUMNS: "integrations:columns", CHECK: "integrations:check"}


def rail_at(current: int, *, draft_id: UUID | None = None) -> Steps:
    """Return the steps at one of them; one can go back to those of a draft."""
    steps = tuple(_step(at, current, draft_id) for at in range(len(_LABELS)))
    return Steps(label="Steps of the import", steps=steps)


def _step(at: int, current: int, draft_id: UUID | None) -> Step:
    if at >= current:
        return Step(label=_LABELS[at], state="current" if at == current else "ahead")
    if at == FILE:
        return Step(label=_LABELS[at], state="done", url=reverse("integrations:import"))
    url = reverse(_ROUTES[at], args=[draft_id]) if draft_id else ""
    return Step(label=_LABELS[at], state="done", url=url)
