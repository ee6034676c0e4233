"""Imports over HTTP."""

from __future__ import annotations

from functools import partial
from typing import ClassVar
from uuid import UUID

from rest_framework.parsers import MultiPartParser

from apps.integrations.connections.queries import list_names
from apps.integrations.imports import messages, queries
from apps.integrations.imports.operations import import_csv, preview_csv, undo_import
from apps.integrations.imports.reading import Preview, parse_mapping
from omnify.api.fields import JobStarted
from omnify.api.heavy import heavy_work, is_large_file
from omnify.api.pagination import Page
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.jobs.api import job_answer, job_view
from omnify.services.manifest import LARGEST_UPLOAD_BYTES
from omnify.services.messages import as_message

ImportJobView = job_view("integrations", see="integration:view", cancel="integration:connect")


class CsvImportView(ServiceView):
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
        answers={
            201: messages.Imported,
            202: messages.ImportAccepted,
            200: Preview | messages.Imported,
        },
        calls=3,
    )
    def post(self, upload: messages.CsvUpload, query: messages.ImportQuery) -> Answer | Preview:
        file, now = upload.file, self.now
        mapping = None if upload.mapping is None else parse_mapping(upload.mapping)
        with heavy_work(when=is_large_file(file.file)):
            if query.preview:
                return preview_csv(file.file, file_name=file.name, mapping=mapping, now=now)
            made = import_csv(file.file, file_name=file.name, mapping=mapping, now=now)
        if isinstance(made, messages.ImportAccepted):
            return job_answer(made, "integrations")
        return Answer(200 if made.unchanged else 201, as_message(messages.Imported, made))


class ImportListView(ServiceView):
    @route("integration:view", summary="List imports that count", calls=1)
    def get(self) -> Page[messages.Import]:
        convert = partial(queries.to_import, names=list_names())
        return self.page(queries.list_imports(), messages.Import, convert=convert)


class ImportView(ServiceView):
    keeps_answers: ClassVar = False

    @route(
        "integration:connect",
        summary="Undo an import",
        description="What the remaining imports give, in their order, counts then. One of more"
        " than 100,000 metrics answers 202 with the id of the job that undoes it.",
        answers={204: None, 202: JobStarted},
    )
    def delete(self, import_id: UUID) -> Answer | None:
        started = undo_import(import_id, now=self.now)
        return job_answer(started, "integrations") if started else None
