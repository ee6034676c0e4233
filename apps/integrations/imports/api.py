"""Imports over HTTP."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.parsers import MultiPartParser

from apps.integrations.imports import queries
from apps.integrations.imports.files import MAX_FILE_BYTES, parse_mapping
from apps.integrations.imports.messages import (
    CsvUpload,
    Import,
    ImportAccepted,
    Imported,
    ImportQuery,
    Preview,
)
from apps.integrations.imports.operations import import_csv
from omnify.api.pagination import Page
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.jobs.api import job_view
from omnify.services.messages import as_message

ImportJobView = job_view("integrations", see="integration:view", cancel="integration:connect")


class CsvImportView(ServiceView):
    """Imports of files of dated numbers."""

    keeps_answers: ClassVar = False
    parser_classes = (MultiPartParser,)
    max_body_bytes = MAX_FILE_BYTES

    @route(
        "integration:connect",
        summary="Import a CSV file",
        description="All of the file or nothing of it. The same file again changes nothing and"
        " answers 200; a corrected file of the same source replaces the days it names. A file of"
        " more than 100,000 metrics answers 202 with the id of the job that imports it.",
        answers={201: Imported, 202: ImportAccepted, 200: Preview | Imported},
        calls=1,
    )
    def post(self, upload: CsvUpload, query: ImportQuery) -> Answer | Preview:
        mapping, stream = parse_mapping(upload.mapping), upload.file.file
        if query.preview:
            return queries.preview_csv(stream, mapping, now=self.now)
        result = import_csv(stream, file_name=upload.file.name, mapping=mapping, now=self.now)
        if isinstance(result, ImportAccepted):
            return Answer(202, result, {"Location": f"/api/integrations/jobs/{result.job_id}"})
        return Answer(200 if result.unchanged else 201, as_message(Imported, result))


class ImportListView(ServiceView):
    """Imports of the organization."""

    @route("integration:view", summary="List imports")
    def get(self) -> Page[Import]:
        return self.page(queries.list_imports(), Import)
