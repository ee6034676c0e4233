"""The import page: choose a file, say what its columns are, check, import."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO, ClassVar

import msgspec
from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.exceptions import CsvInvalidError
from apps.integrations.imports.forms import ImportForm
from apps.integrations.imports.messages import ImportAccepted, ImportResult
from apps.integrations.imports.operations import import_csv, preview_csv
from apps.integrations.imports.pages.columns import (
    METRICS,
    USES,
    map_choices,
    propose_choices,
    read_choices,
    read_options,
)
from apps.integrations.imports.pages.tables import first_rows, latest_imports, sums
from apps.integrations.imports.reading import AnyMapping, Preview
from omnify.exceptions import OmnifyError
from omnify.jobs.messages import JobReport
from omnify.jobs.queries import get_job
from omnify.pages.forms import FormPage
from omnify.pages.jobs import JobPage
from omnify.pages.parts import Banner, Link, Part, Progress
from omnify.services.manifest import LARGEST_UPLOAD_BYTES

# Three fields each, under the limit of fields that Django reads.
_MOST_COLUMNS = 300
_DASHBOARD = Link("/", "See the dashboard")


class ImportStep(FormPage, is_base=True):
    """The base of the steps: each takes the whole form, and shows below it what it found."""

    form_class = ImportForm
    template = "omnify_integrations/imports/page.html"
    max_body_bytes: ClassVar = LARGEST_UPLOAD_BYTES

    @property
    def kind(self) -> str:
        """What the rows are read as, where people were shown it."""
        kind = self.request.POST.get("kind", METRICS)
        return kind if kind in USES else METRICS

    def find_context(self) -> dict[str, Any]:
        """Return the form, what was chosen and answered, and what was imported before."""
        return {
            "form": self.form,
            "kind": self.kind,
            "uses": read_choices(self.request.POST),
            "answers": read_options(self.request.POST),
            "imports": latest_imports(),
        }

    def show_refusal(self, error: OmnifyError) -> HttpResponse:
        """Show what is wrong with the file by line, or what has to be said first."""
        problems = error.details.get("errors") or [{"message": error.detail}]
        return self.show_found(_problems(problems), questions=error.details.get("questions", ()))

    def show_found(self, *said: Part, **found: Any) -> HttpResponse:
        """Return the page with what the step found."""
        context = {**self.find_context(), "said": said, **found}
        asked = {each["field"] for each in context.get("questions", ())}
        # What was answered goes along, unless it is asked for anew.
        answers = [
            (column, f"{option} {value}")
            for column, options in context["answers"].items()
            for option, value in options.items()
            if column not in asked
        ]
        return self.show(
            self.template, {**context, "answers": answers, "choices": USES[context["kind"]]}
        )

    def mapping(self) -> AnyMapping:
        """Return which column is which number, as it was chosen."""
        given = self.form.cleaned_data
        return map_choices(
            read_choices(self.request.POST),
            kind=self.kind,
            currency=given["currency"],
            source=given["source"],
            options=read_options(self.request.POST),
        )


class ImportView(ImportStep):
    """The form; sent, it says what the file's columns may be."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Read the columns; what was chosen already stays."""
        preview = _look_at(given, None, self.now)
        if len(preview.columns) > _MOST_COLUMNS:
            count = len(preview.columns)
            message = f"There are {count} columns, here at most {_MOST_COLUMNS}; use the API."
            raise CsvInvalidError(errors=[{"message": message}], error_count=1)
        if preview.proposal["kind"] not in USES:
            text = "These are paths of touchpoints, which cannot be imported yet."
            return self.show_found(Banner(level="warning", text=text), uses=())
        chosen = {each.column: each for each in read_choices(self.request.POST) if each.use}
        return self.show_found(
            *_remarks(preview),
            kind=preview.proposal["kind"],
            uses=[chosen.get(each.column, each) for each in propose_choices(preview)],
            questions=_questions(preview),
        )


class CheckFileView(ImportStep):
    """A look at the file, without importing it."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Show the first rows, and what is wrong with others."""
        mapping = self.mapping()
        preview = _look_at(given, mapping, self.now)
        problems = _problems(msgspec.to_builtins(preview.errors), count=preview.error_count)
        return self.show_found(
            *([problems] if preview.errors else []),
            *_remarks(preview),
            questions=_questions(preview),
            sums=sums(preview) if not preview.questions else None,
            checked=first_rows(preview, mapping.columns().values()),
        )


class ImportFileView(ImportStep):
    """The import."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Import the file, or hand it to a job if it is large."""
        result = import_csv(
            _stream(given), file_name=given["file"].name, mapping=self.mapping(), now=self.now
        )
        if isinstance(result, ImportAccepted):
            return self.show_found(_progress(get_job("integrations", result.job_id)), uses=())
        return self.show_found(_done(result), uses=())


class ImportJobView(JobPage):
    """How far a large file is."""

    access: ClassVar = {"GET": "integration:view"}
    service = "integrations"
    heading = "Import"

    def describe(self, job: JobReport) -> Progress:
        """Return what is said of the import."""
        return _progress(job)


def _stream(given: dict[str, Any]) -> BinaryIO:
    stream: BinaryIO = given["file"].file
    stream.seek(0)
    return stream


def _look_at(given: dict[str, Any], mapping: AnyMapping | None, now: datetime) -> Preview:
    return preview_csv(_stream(given), file_name=given["file"].name, mapping=mapping, now=now)


def _remarks(preview: Preview) -> list[Banner]:
    said = tuple(each.message for each in preview.warnings)
    return [Banner(level="warning", text="How the file is read:", items=said)] if said else []


def _questions(preview: Preview) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = msgspec.to_builtins(preview.questions)
    return questions


def _problems(errors: list[dict[str, Any]], *, count: int = 0) -> Banner:
    wrong = f"{count} of the file's cells or rows are wrong. " if count else ""
    return Banner(
        level="danger",
        text=f"Nothing was imported. {wrong}Correct this and try again:",
        items=tuple(_problem(error) for error in errors),
    )


def _problem(error: dict[str, Any]) -> str:
    line, column = error.get("line"), error.get("column") or error.get("field")
    place = ", ".join(part for part in (f"Line {line}" if line else "", column) if part)
    return f"{place}: {error['message']}" if place else error["message"]


def _done(result: ImportResult) -> Banner:
    text = (
        f"{result.rows} rows from {result.first_date} to {result.last_date} were imported as"
        f" {result.metrics} metrics in {result.currency}."
    )
    if result.unchanged:
        text = "This is the same file as the last one of its source; nothing had to change."
    return Banner(level="success", text=text, link=_DASHBOARD)


def _progress(job: JobReport) -> Progress:
    return Progress(
        url=reverse("integrations:job", args=[job.id]),
        label="Import",
        percent=job.percent,
        text=(
            "This file is large and is being imported. Its numbers appear all at once, when all of"
            " them are there. You may leave this page."
        ),
        outcome=_outcome(job) if job.is_over else None,
    )


def _outcome(job: JobReport) -> Banner:
    if job.state != "succeeded":
        why = job.error or "It was cancelled."
        return Banner(level="danger", text=f"Nothing was imported. {why}")
    brought = job.result
    text = (
        f"{brought['rows']} rows were imported as {brought['metrics']} metrics in"
        f" {brought['currency']}."
    )
    return Banner(level="success", text=text, link=_DASHBOARD)
