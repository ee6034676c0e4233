"""Finishes, each night, what processes that died left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from apps.integrations.imports.models import Change, CsvImport
from apps.integrations.imports.operations.files import KEPT
from apps.integrations.imports.operations.finishing import discard_import, finish_change
from omnify.context import Principal, acting_as
from omnify.jobs import JobInput
from omnify.tenancy import TenantModel

#: A change that is younger may still be made by the process that began it.
_YOUNG: Final = timedelta(hours=2)


class TidyImports(JobInput):
    """Delete staged files whose job failed."""

    kind = "integrations.tidy_imports"


def finish_left_behind(now: datetime) -> int:
    """Finish changes that nobody does, and delete imports that never began; return how many."""
    changes = Change.unscoped.filter(created_at__lt=now - _YOUNG).select_related("connection")
    old = CsvImport.unscoped.filter(state=CsvImport.State.PENDING, created_at__lt=now - KEPT)
    abandoned = old.exclude(id__in=Change.unscoped.values("csv_import"))
    count = 0
    for change in list(changes):
        with _acting_for(change):
            finish_change(change.connection, deadline=float("inf"), now=now)
        count += 1
    for csv_import in list(abandoned.select_related("connection")):
        with _acting_for(csv_import):
            discard_import(csv_import)
        count += 1
    return count


@contextmanager
def _acting_for(row: TenantModel) -> Iterator[None]:
    with acting_as(Principal(organization_id=row.organization_id)):
        yield
