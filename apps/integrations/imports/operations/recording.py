"""The record of an import, written in the transaction of its metrics."""

from __future__ import annotations

from datetime import datetime

from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import record_change
from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.reading import Check, Plan, levels_of
from omnify.services.messages import as_message


def record_import(csv_import: CsvImport, plan: Plan, found: Check, now: datetime) -> ImportResult:
    """Save an import with what its file held, and publish which days changed.

    Raises:
        CsvMappingError: the source keeps a measure at another level.
    """
    levels = levels_of(plan)
    _refuse_other_levels(csv_import.connection, levels)
    days = {"first_date": found.first_date, "last_date": found.last_date}
    counts = {"rows": found.row_count, "metrics": found.metric_count}
    for name, value in {"currency": found.currency, **days, **counts}.items():
        setattr(csv_import, name, value)
    csv_import.save()
    record_change(
        csv_import.connection,
        first=csv_import.first_date,
        last=csv_import.last_date,
        complete_levels=levels,
        now=now,
    )
    return result_of(csv_import, unchanged=False)


def result_of(csv_import: CsvImport, *, unchanged: bool) -> ImportResult:
    """Return what a recorded import brought."""
    return as_message(ImportResult, csv_import, import_id=csv_import.id, unchanged=unchanged)


def _refuse_other_levels(connection: Connection, levels: dict[str, str]) -> None:
    """Refuse a file whose totals are of another level: what the source has would not count."""
    for measure, level in levels.items():
        kept = connection.complete_levels.get(measure, level)
        if kept != level:
            message = (
                f"The source '{connection.name}' has {measure} by {kept}, this file by {level};"
                " name another source, and remove the one that it replaces."
            )
            raise CsvMappingError(errors=[{"field": "level", "message": message}])
