"""The organization's imports."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.imports.models import CsvImport


def list_imports() -> QuerySet[CsvImport]:
    """The organization's imports, newest first."""
    return CsvImport.objects.all()


def find_latest_import(connection: Connection) -> CsvImport | None:
    """The import of a source that came last."""
    return CsvImport.objects.filter(connection=connection).order_by("-id").first()
