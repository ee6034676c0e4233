"""The record of an import, written in the transaction of its metrics."""

from __future__ import annotations

from datetime import datetime

from apps.integrations.connections.operations import record_change
from apps.integrations.imports.files import (
    CsvMapping,
    ParsedCsv,
    complete_levels,
    count_metrics,
    grain_of,
    last_day_of,
)
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import CsvImport
from omnify.services.messages import as_message


def record_import(
    csv_import: CsvImport, parsed: ParsedCsv, mapping: CsvMapping, now: datetime
) -> ImportResult:
    """Save an import with what its file held, and publish which days changed."""
    days = [row.day for row in parsed.rows]
    csv_import.currency = parsed.currency
    csv_import.rows, csv_import.metrics = len(parsed.rows), count_metrics(parsed)
    csv_import.first_date = min(days)
    csv_import.last_date = last_day_of(max(days), grain_of(days))
    csv_import.save()
    record_change(
        csv_import.connection,
        first=csv_import.first_date,
        last=csv_import.last_date,
        complete_levels=complete_levels(mapping),
        now=now,
    )
    return result_of(csv_import, unchanged=False)


def result_of(csv_import: CsvImport, *, unchanged: bool) -> ImportResult:
    """Return what a recorded import brought."""
    return as_message(ImportResult, csv_import, import_id=csv_import.id, unchanged=unchanged)
