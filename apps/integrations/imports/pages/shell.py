"""What the imports give to the shell of all pages: their search, and their long work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Q
from django.urls import reverse

from apps.integrations.imports.operations.importing import CommitImport
from apps.integrations.imports.operations.previewing import CheckFile
from apps.integrations.imports.operations.undoing import UndoImport
from apps.integrations.imports.queries import list_imports
from omnify.pages.shell import MOST_FOUND, Finder, Found, Work

WORK: Final = Work(
    labels={
        CommitImport.kind: "Import of a file",
        CheckFile.kind: "Check of a file",
        UndoImport.kind: "Undo of an import",
    },
    see="integration:connect",
    cancel="integration:connect",
    page="integrations:job",
)


def find_imports(asked: str) -> Iterator[Found]:
    """Yield imports by the names of their files and sources, newest first."""
    named = Q(file_name__icontains=asked) | Q(connection__name__icontains=asked)
    for row in list_imports().filter(named).order_by("-id")[:MOST_FOUND]:
        url = reverse("integrations:imported", args=[row.id])
        yield Found(kind="Imports", label=row.file_name, note=row.connection.name, url=url)


FINDERS: Final = (Finder("integration:connect", find_imports),)
