"""Imports over HTTP."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar
from uuid import UUID

from rest_framework.parsers import MultiPartParser

from apps.integrations.connections.queries import list_names
from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports import queries
from apps.integrations.imports.messages import (
    CsvUpload,
    Import,
    ImportAccepted,
    Imported,
    ImportQuery,
    UndoAccepted,
)
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.operations import import_csv, preview_csv, undo_import
from apps.integrations.imports.reading import Preview, parse_mapping
from omnify.api.heavy import heavy_work, is_large_file
from omnify.api.pagination import Page
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.jobs.api import job_view
from omnify.services.manifest import LARGEST_UPLOAD_BYTES
from omnify.services.messages import as_message

ImportJobView = job_view("integrations", see="integration:view", cancel="integration:connect")


class CsvImportView(ServiceView):
    """Imports of files of dated numbers."""

    keeps_answers: ClassVar = False
    parser_classes = (MultiPartParser,)
    max_body_bytes = LARGEST_UPLOAD_BYTES

    @route(
        "integration:connect",
        summary="Import a CSV file",
        description="All of the file or nothing of it. The same file again changes nothing and"
        " answers 200; a later file of the same source sets the measures that it names on the days"
        " that it covers, and `removed` lists what it takes away. What can be read in several ways"
        " is 422 `csv_ambiguous`, with what each reading comes to. A file of more than 100,000"
        " metrics, or that takes longer than 20 seconds, answers 202 with the id of the job that"
        " imports it; one above 1 MB, or a workbook that unpacks to more than 5 MB, is read by a"
        " job in any case. A preview needs no mapping, and proposes one; of a large file it is of"
        " the beginning, and names the job whose result is the whole check.",
        answers={201: Imported, 202: ImportAccepted, 200: Preview | Imported},
        calls=3,
    )
    def post(self, upload: CsvUpload, query: ImportQuery) -> Answer | Preview:
        with heavy_work(when=is_large_file(upload.file.file)):
            return (
                _preview(upload, now=self.now) if query.preview else _import(upload, now=self.now)
            )


class ImportListView(ServiceView):
    """Imports of the organization."""

    @route("integration:view", summary="List imports that count", calls=1)
    def get(self) -> Page[Import]:
        names = list_names()
        return self.page(queries.list_imports(), Import, convert=partial(_describe, names))


class ImportView(ServiceView):
    """One import."""

    keeps_answers: ClassVar = False

    @route(
        "integration:connect",
        summary="Undo an import",
        description="What the remaining imports give, in their order, counts then. One of more"
        " than 100,000 metrics answers 202 with the id of the job that undoes it.",
        answers={204: None, 202: UndoAccepted},
    )
    def delete(self, import_id: UUID) -> Answer | None:
        accepted = undo_import(import_id, now=self.now)
        if accepted is None:
            return None
        return Answer(202, accepted, _location(accepted.job_id))


def _preview(upload: CsvUpload, *, now: datetime) -> Preview:
    mapping = None if upload.mapping is None else parse_mapping(upload.mapping)
    return preview_csv(upload.file.file, file_name=upload.file.name, mapping=mapping, now=now)


def _import(upload: CsvUpload, *, now: datetime) -> Answer:
    if upload.mapping is None:
        message = "Say which column is what; only a preview does without."
        raise CsvMappingError(errors=[{"field": "mapping", "message": message}])
    mapping = parse_mapping(upload.mapping)
    result = import_csv(upload.file.file, file_name=upload.file.name, mapping=mapping, now=now)
    if isinstance(result, ImportAccepted):
        return Answer(202, result, _location(result.job_id))
    return Answer(200 if result.unchanged else 201, as_message(Imported, result))


def _describe(names: dict[UUID, str], row: CsvImport) -> Import:
    return as_message(
        Import,
        row,
        source=row.connection.name,
        can_be_undone=row.is_kept,
        created_by_name=names.get(row.created_by, "") if row.created_by else "",
    )


def _location(job_id: UUID) -> dict[str, str]:
    return {"Location": f"/api/integrations/jobs/{job_id}"}
