"""The import page: where a file is chosen, how far jobs are, and what came of an import."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, BinaryIO, ClassVar
from uuid import UUID

import msgspec
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.connections.queries import list_names
from apps.integrations.exceptions import CsvInvalidError
from apps.integrations.imports import queries, reading
from apps.integrations.imports.forms import FileForm
from apps.integrations.imports.messages import ImportResult
from apps.integrations.imports.models import CsvImport
from apps.integrations.imports.operations import drafts
from apps.integrations.imports.operations.importing import CommitImport
from apps.integrations.imports.operations.previewing import CheckFile, read_columns
from apps.integrations.imports.pages import words
from apps.integrations.imports.pages.choosing import Chosen
from apps.integrations.imports.pages.history import imports_table, undo_action
from apps.integrations.imports.pages.progress import progress_of
from apps.integrations.imports.pages.rail import CHECK, DONE, FILE, rail_at
from apps.integrations.imports.pages.samples import SAMPLES
from apps.integrations.imports.pages.steps import MOST_COLUMNS, see
from apps.integrations.imports.pages.tables import removed_by_import, sums_of_import
from apps.integrations.imports.pages.waiting import iter_waiting
from omnify.api.heavy import heavy_work, is_large_file
from omnify.context import current
from omnify.exceptions import OmnifyError
from omnify.identity.permissions import is_allowed
from omnify.jobs.messages import JobReport, JobStateError
from omnify.jobs.operations import cancel_job
from omnify.jobs.queries import get_job
from omnify.pages.forms import FormPage
from omnify.pages.layouts import is_part_asked
from omnify.pages.session import PageRequest, go_to
from omnify.pages.views import PageView
from omnify.services.manifest import LARGEST_UPLOAD_BYTES

_SHOWN_PROBLEMS = 5


class ImportView(FormPage):
    """The first step: a file is chosen, and kept for the others. Below it is what was imported."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    form_class: ClassVar[type[BaseForm]] = FileForm
    template = "omnify_integrations/imports/file.html"
    problem_field = "file"
    max_body_bytes: ClassVar = LARGEST_UPLOAD_BYTES

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Keep the file, unless too many large files of the organization are read already."""
        with heavy_work(when=is_large_file(given["file"].file)):
            draft = drafts.keep_draft(
                given["file"].file,
                file_name=given["file"].name,
                choices=self._propose(given["file"].file).write(),
            )
        return see(self.request, "columns", draft.id)

    def show_refusal(self, error: OmnifyError) -> HttpResponse:
        """Show beside the file what is wrong with it."""
        if not isinstance(error, CsvInvalidError):
            return super().show_refusal(error)
        for each in error.details["errors"][:_SHOWN_PROBLEMS]:
            self.form.add_error("file", words.problem_of(each))
        return self.show_form(status=error.status)

    def find_context(self) -> dict[str, Any]:
        """Return the form, files that wait to be imported, and what was imported before."""
        return {
            "rail": rail_at(FILE),
            "form": self.form,
            "samples": list(SAMPLES),
            "waiting": list(iter_waiting()),
            "imports": imports_table(self.request),
        }

    def _propose(self, stream: BinaryIO) -> Chosen:
        try:
            preview = read_columns(stream, None, self.now)
        except CsvInvalidError:
            # Of a workbook another sheet may be the right one.
            sheets = reading.list_sheets(stream)
            if len(sheets) > 1:
                return Chosen(source="csv", sheet=sheets[0])
            raise
        if len(preview.columns) > MOST_COLUMNS:
            raise words.too_wide(len(preview.columns), MOST_COLUMNS)
        return Chosen.propose(preview)


class ImportedView(PageView):
    """The last step: what an import brought."""

    access: ClassVar = {"GET": "integration:connect"}

    def get(self, request: PageRequest, import_id: UUID) -> HttpResponse:
        """Show it, with the ways on: the dashboard, and the undoing."""
        made = queries.get_import(import_id)
        context = {
            "rail": rail_at(DONE),
            "made": made,
            "is_active": made.state == CsvImport.State.ACTIVE,
            "undo": undo_action(made) if made.is_kept else None,
            "is_unchanged": "unchanged" in request.GET,
            "text": words.describe_counts(made),
            "by": list_names().get(made.created_by, "") if made.created_by else "",
            "sums": sums_of_import(made),
            "removed": removed_by_import(made),
        }
        return self.show("omnify_integrations/imports/done.html", context)


class ImportJobView(PageView):
    """How far the import, the check or the undoing of a large file is."""

    access: ClassVar = {"GET": "integration:view"}

    def get(self, request: PageRequest, job_id: UUID) -> HttpResponse:
        """Show where it stands, and lead on when it succeeded."""
        job = get_job("integrations", job_id)
        draft_id = _draft_id(request)
        may_cancel = is_allowed(current().principal, "integration:connect")
        shown = progress_of(job, draft_id=draft_id, may_cancel=may_cancel)
        if (response := _lead_on(request, job, draft_id)) is not None:
            return response
        if is_part_asked(request):
            return self.show_part(shown, heading="")
        step = CHECK if job.kind == CheckFile.kind else DONE
        rail = rail_at(step, draft_id=draft_id) if draft_id else None
        context = {"heading": shown.label, "shown": shown, "rail": rail}
        return self.show("omnify_integrations/imports/job.html", context)


class CancelJobView(PageView):
    """The end of a job of imports before its time."""

    access: ClassVar = {"POST": "integration:connect"}

    def post(self, request: PageRequest, job_id: UUID) -> HttpResponse:
        """Cancel it unless it has ended, and lead back to what came of it."""
        with suppress(JobStateError):
            cancel_job("integrations", get_job("integrations", job_id).id)
        draft_id = _draft_id(request)
        return see(request, "job", job_id, query=f"?draft={draft_id}" if draft_id else "")


def _lead_on(request: PageRequest, job: JobReport, draft_id: UUID | None) -> HttpResponse | None:
    """Lead to what a job that succeeded brought, None where it has no page of its own."""
    if job.kind == CheckFile.kind and job.is_over and draft_id:
        return go_to(request, reverse("integrations:check", args=[draft_id]))
    if job.kind == CommitImport.kind and job.state == "succeeded":
        result = msgspec.convert(job.result, ImportResult)
        url = reverse("integrations:imported", args=[result.import_id])
        return go_to(request, f"{url}?unchanged=1" if result.unchanged else url)
    return None


def _draft_id(request: PageRequest) -> UUID | None:
    try:
        return UUID(request.GET["draft"])
    except (KeyError, ValueError):
        return None
