"""The four steps of an import, as a rail above each of them."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

import msgspec
from django.urls import reverse

from omnify.pages.parts import Part

FILE, COLUMNS, CHECK, DONE = range(4)
_LABELS: Final = ("File", "Columns", "Check", "Done")
_ROUTES: Final = ("", "integrations:columns", "integrations:check", "")


class Stage(msgspec.Struct, frozen=True):
    """A step, with its address where one can go back to it."""

    label: str
    state: Literal["done", "current", "waiting"]
    url: str = ""


class Rail(Part):
    """The steps in their order."""

    stages: tuple[Stage, ...]

    @property
    def template(self) -> str:
        """Return the name of the template."""
        return "omnify_integrations/imports/_rail.html"


def rail_at(step: int, *, draft_id: UUID | None = None) -> Rail:
    """Return the rail at a step; one can go back to the steps of a draft."""
    return Rail(stages=tuple(_stage(at, step, draft_id) for at in range(len(_LABELS))))


def _stage(at: int, step: int, draft_id: UUID | None) -> Stage:
    if at >= step:
        return Stage(_LABELS[at], "current" if at == step else "waiting")
    if at == FILE:
        return Stage(_LABELS[at], "done", reverse("integrations:import"))
    return Stage(_LABELS[at], "done", reverse(_ROUTES[at], args=[draft_id]) if draft_id else "")
