"""The import page: choose a file, say what its columns are, check, import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, ClassVar, Final
from uuid import UUID

import msgspec
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth.contract import Auth
from apps.integrations.imports import reading
from apps.integrations.imports.forms import FileForm, ImportForm, ReadingForm
from apps.integrations.imports.messages import ImportAccepted
from apps.integrations.imports.operations import import_csv, look_at, preview_csv
from apps.integrations.imports.pages import words
from apps.integrations.imports.pages.asking import Questions
from apps.integrations.imports.pages.columns import (
    METRICS,
    USES,
    add_empty,
    keep_choices,
    map_choices,
    propose_choices,
    read_choices,
    read_options,
)
from apps.integrations.imports.pages.history import imports_table
from apps.integrations.imports.pages.progress import progress_of
from apps.integrations.imports.pages.tables import first_rows, removed, sums
from apps.integrations.imports.reading import AnyMapping
from omnify.api.heavy import heavy_work, is_large_file
from omnify.exceptions import OmnifyError
from omnify.jobs.messages import JobReport
from omnify.jobs.queries import get_job
from omnify.money import CURRENCIES
from omnify.pages.forms import FormPage
from omnify.pages.jobs import JobPage
from omnify.pages.layouts import is_part_asked
from omnify.pages.parts import Part, Progress
from omnify.pages.session import PageRequest
from omnify.services import client_of
from omnify.services.manifest import LARGEST_UPLOAD_BYTES

# Three fields each, under the limit of fields that Django reads.
_MOST_COLUMNS: Final = 300
#: Beside what the columns are, what is said of how a file is read.
_SETTINGS: Final = ("kind", "sheet", "grain", "level", "empty")


class ImportStep(FormPage, is_base=True):
    """The base of the steps: each takes the whole form, and shows below it what it found."""

    form_class: ClassVar[type[BaseForm]] = ImportForm
    template = "omnify_integrations/imports/page.html"
    max_body_bytes: ClassVar = LARGEST_UPLOAD_BYTES

    @property
    def said(self) -> dict[str, str]:
        """What was chosen of how the file is read, beside what its columns are."""
        said = {name: self.request.POST.get(name, "") for name in _SETTINGS}
        kind = said["kind"] if said["kind"] in USES else METRICS
        # Of other kinds it is not shown.
        others = {} if kind == METRICS else {"grain": "", "level": ""}
        return {**said, **others, "kind": kind}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Run the step, unless too many large files of the organization are read already."""
        with heavy_work(when=is_large_file(given["file"])):
            return self.run_step(given)

    def run_step(self, given: dict[str, Any]) -> HttpResponse:
        """Answer with what the step finds in the file."""
        raise NotImplementedError

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form, with the organization's brands."""
        return super().make_form(*sent, brands=client_of(Auth).list_brands(), **options)

    def find_context(self) -> dict[str, Any]:
        """Return the form, what was chosen and answered, and what was imported before."""
        posted = self.request.POST
        return {
            "form": self.form,
            "said": self.said,
            "read": posted.get("read", ""),
            "sheets": posted.getlist("sheets"),
            "uses": read_choices(posted),
            "answers": read_options(posted),
            "imports": imports_table(self.request),
        }

    def show_form(self, *, status: int = 200) -> HttpResponse:
        """Return the page with the form, and with what was chosen below it."""
        return self.show_found(status=200 if is_part_asked(self.request) else status)

    def show_refusal(self, error: OmnifyError) -> HttpResponse:
        """Show what is wrong with the file by line, or what has to be said first."""
        questions = _ask(error.details.get("questions", ()))
        return self.show_found(words.about_refusal(error), questions=questions)

    def show_found(self, *found: Part, status: int = 200, **changes: Any) -> HttpResponse:
        """Return the page with what the step found."""
        context = {**self.find_context(), "found": found, **changes}
        questions: Questions | None = context.get("questions")
        asked = questions.columns if questions else frozenset()
        # What was answered goes along, unless it is asked for anew.
        answers = [
            (column, f"{option} {value}")
            for column, options in context["answers"].items()
            for option, value in options.items()
            if column not in asked
        ]
        kind = context["said"]["kind"]
        shown = {
            "answers": answers,
            "settings": ReadingForm(
                context["said"], sheets=context["sheets"], reads_at=reverse("integrations:import")
            ),
            "choices": USES[kind],
            "has_channels": kind == METRICS,
        }
        return self.show(self.template, {**context, **shown}, status=status)

    def mapping(self) -> AnyMapping:
        """Return which column is which number, as it was chosen."""
        given, choices = self.form.cleaned_data, read_choices(self.request.POST)
        said = self.said
        options = add_empty(read_options(self.request.POST), choices, said.pop("empty"))
        said |= {
            "currency": given["currency"],
            "source": given["source"],
            "brand_id": given.get("brand", ""),
        }
        return map_choices(
            choices,
            **{name: value for name, value in said.items() if value},
            options=options,
        )


class ImportView(ImportStep):
    """The form; sent, it says what the file's columns may be."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    form_class: ClassVar[type[BaseForm]] = FileForm

    def run_step(self, given: dict[str, Any]) -> HttpResponse:
        """Read the columns; what was chosen of the same file already stays."""
        stream, posted = _stream(given), self.request.POST
        read = f"{given['file'].size} {given['file'].name}"
        is_same = posted.get("read", read) == read
        sheets = reading.list_sheets(stream)
        sheet = posted.get("sheet", "") if posted.get("sheet") in sheets else ""
        known: dict[str, Any] = {"read": read, "sheets": sheets}
        try:
            preview = look_at(stream, None, self.now, sheet=sheet or None)
        except OmnifyError as error:
            # Of a workbook another sheet may be the right one.
            said = {**self.said, "sheet": sheet}
            return self.show_found(words.about_refusal(error), said=said, uses=(), **known)
        if len(preview.columns) > _MOST_COLUMNS:
            return self.show_found(words.about_width(len(preview.columns), _MOST_COLUMNS), uses=())
        self._fill_in(preview.proposal)
        said = {name: str(preview.proposal.get(name, "")) for name in _SETTINGS}
        said["sheet"] = sheet
        if is_same and "kind" in posted:
            said |= self.said
        uses = propose_choices(preview, said["kind"])
        if is_same:
            before = posted.get("was", said["kind"])
            uses = keep_choices(uses, read_choices(posted), before=before, kind=said["kind"])
        return self.show_found(
            *words.about_beginning(preview),
            *words.about_reading(preview),
            *words.about_currency(
                self.form["currency"].value(), preview.proposal["currency"] or "", uses
            ),
            said=said,
            uses=uses,
            answers=read_options(posted) if is_same else {},
            questions=_ask(msgspec.to_builtins(preview.questions)),
            # Of another source it is another file's that would go.
            removed=removed(preview)
            if self.form["source"].value() == preview.proposal["source"]
            else None,
            **known,
        )

    def _fill_in(self, proposal: dict[str, Any]) -> None:
        """Put what the file says into the fields that were left empty."""
        data = self.request.POST.copy()
        currency = proposal["currency"] or ""
        # Else it is a column's name.
        is_code = currency in CURRENCIES
        data["currency"] = data.get("currency") or (currency if is_code else "")
        data["source"] = data.get("source") or proposal["source"]
        self.form.data = data


class CheckFileView(ImportStep):
    """A look at the file, without importing it."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def run_step(self, given: dict[str, Any]) -> HttpResponse:
        """Show what the file comes to, its first rows, and what is wrong with others."""
        mapping = self.mapping()
        preview = preview_csv(
            _stream(given), file_name=given["file"].name, mapping=mapping, now=self.now
        )
        errors = msgspec.to_builtins(preview.errors)
        problems = words.about_problems(errors, count=preview.error_count)
        whole = [progress_of(get_job("integrations", preview.job_id))] if preview.job_id else []
        return self.show_found(
            *([problems] if errors else []),
            *whole,
            *words.about_reading(preview),
            *words.about_days(preview),
            questions=_ask(msgspec.to_builtins(preview.questions)),
            removed=removed(preview),
            sums=sums(preview) if not preview.questions else None,
            checked=first_rows(preview, mapping.columns().values()),
        )


class ImportFileView(ImportStep):
    """The import."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def run_step(self, given: dict[str, Any]) -> HttpResponse:
        """Import the file, or hand it to a job if it is large."""
        result = import_csv(
            _stream(given), file_name=given["file"].name, mapping=self.mapping(), now=self.now
        )
        if isinstance(result, ImportAccepted):
            # What was chosen stays: the job may find something to ask.
            return self.show_found(progress_of(get_job("integrations", result.job_id)))
        return self.show_found(words.about_import(result), uses=())


class ImportJobView(JobPage):
    """How far the import or the check of a large file is."""

    access: ClassVar = {"GET": "integration:view"}
    service = "integrations"
    heading = "Import"

    def get(self, request: PageRequest, job_id: UUID) -> HttpResponse:
        """Show where it stands; at its end the page's list of imports is filled anew."""
        response = super().get(request, job_id)
        if get_job(self.service, job_id).is_over:
            response["HX-Trigger"] = "omnify:imports"
        return response

    def describe(self, job: JobReport) -> Progress:
        """Return what is said of the job."""
        return progress_of(job)


def _stream(given: dict[str, Any]) -> BinaryIO:
    stream: BinaryIO = given["file"].file
    stream.seek(0)
    return stream


def _ask(questions: Sequence[dict[str, Any]]) -> Questions | None:
    return Questions(questions=tuple(questions)) if questions else None
