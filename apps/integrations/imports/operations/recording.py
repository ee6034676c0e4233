"""What a recorded import brought."""

from __future__ import annotations

from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import CsvImport
from omnify.services.messages import as_message


def result_of(csv_import: CsvImport, *, unchanged: bool) -> ImportResult:
    """Return what an import brought."""
    return as_message(ImportResult, csv_import, import_id=csv_import.id, unchanged=unchanged)
