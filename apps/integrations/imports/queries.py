"""What is known about imports: those that were made, and what a file would bring."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from django.db.models import QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.imports.files import CsvMapping, ParsedRow, read_csv
from apps.integrations.imports.messages import Preview, PreviewRow
from apps.integrations.imports.models import CsvImport
from omnify.money import format_micros

_PREVIEWED_ROWS = 20


def list_imports() -> QuerySet[CsvImport]:
    """Return the organization's imports, newest first."""
    return CsvImport.objects.all()


def find_latest_import(connection: Connection) -> CsvImport | None:
    """Return the newest import of a connection, None if it has none."""
    return CsvImport.objects.filter(connection=connection).order_by("-id").first()


def preview_csv(stream: BinaryIO, mapping: CsvMapping, *, now: datetime) -> Preview:
    """Return the first rows of a file, and all of its problems.

    Raises:
        CsvInvalidError: the file as a whole cannot be read.
    """
    parsed = read_csv(stream, mapping, now=now)
    return Preview(
        row_count=parsed.row_count,
        rows=tuple(_preview_row(row) for row in parsed.rows[:_PREVIEWED_ROWS]),
        error_count=parsed.error_count,
        errors=parsed.errors,
        currency=parsed.currency,
    )


def _preview_row(row: ParsedRow) -> PreviewRow:
    return PreviewRow(
        line=row.line,
        date=row.day,
        revenue=None if row.revenue_micros is None else format_micros(row.revenue_micros),
        channels={
            name: {measure: format_micros(micros) for measure, micros in values.items()}
            for name, values in row.channels
        },
    )
