"""The import page: choose a file, say what its columns are, look, import."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, BinaryIO, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from apps.integrations.exceptions import CsvInvalidError
from apps.integrations.imports import queries
from apps.integrations.imports.files import (
    MAX_FILE_BYTES,
    USES,
    ColumnUse,
    ParsedCsv,
    mapping_text,
    parse_mapping,
    read_columns,
    read_csv,
    suggest_uses,
)
from apps.integrations.imports.forms import ImportForm, chosen_uses
from apps.integrations.imports.messages import ImportAccepted
from apps.integrations.imports.operations import import_csv
from omnify.exceptions import InvalidInputError
from omnify.jobs.queries import get_job
from omnify.money import format_count, from_micros
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

_SHOWN_ROWS = 10
_SHOWN_IMPORTS = 10
# Three fields each, under the limit of fields that Django reads.
_MOST_COLUMNS = 300


class ImportPageView(PageView):
    """Takes a file from a person."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    max_body_bytes = MAX_FILE_BYTES

    def get(self, request: PageRequest) -> HttpResponse:
        """The form, and what was imported before."""
        return _answer(request, {"form": ImportForm()})

    def post(self, request: PageRequest) -> HttpResponse:
        """Go one step on: read the columns, check the file, or import it."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return _answer(request, {"form": form, "uses": chosen_uses(request.POST)})
        step = request.POST.get("step", "")
        # What is wrong with a file belongs beside the form that has it, not on a page of its own.
        try:
            found = _STEPS.get(step, _read_columns)(form.cleaned_data, chosen_uses(request.POST))
        except InvalidInputError as error:
            found = {"problems": error.errors, "uses": chosen_uses(request.POST)}
        return _answer(request, {"form": form, **found})


class ImportJobPageView(PageView):
    """Shows how far a large file is, until it is taken."""

    access: ClassVar = {"GET": "integration:view"}

    def get(self, request: PageRequest, job_id: UUID) -> HttpResponse:
        """The part of the page that asks again by itself."""
        context = {"job": get_job("integrations", job_id)}
        return render(request, "omnify_integrations/imports/_job.html", context)


def _read_columns(asked: dict[str, Any], uses: list[ColumnUse]) -> dict[str, Any]:
    columns = read_columns(_stream(asked))
    if len(columns) > _MOST_COLUMNS:
        message = f"There are {len(columns)} columns, here at most {_MOST_COLUMNS}; use the API."
        raise CsvInvalidError(errors=[{"message": message}], error_count=1)
    # The return key comes here too: what was chosen already stays.
    chosen = {use.column: use for use in uses if use.use}
    return {"uses": [chosen.get(use.column, use) for use in suggest_uses(columns)]}


def _check(asked: dict[str, Any], uses: list[ColumnUse]) -> dict[str, Any]:
    parsed = read_csv(_stream(asked), parse_mapping(_mapping(asked, uses)))
    return {
        "uses": uses,
        "checked": parsed,
        "problems": parsed.errors,
        "table": _table(parsed),
    }


def _import(asked: dict[str, Any], uses: list[ColumnUse]) -> dict[str, Any]:
    result = import_csv(
        _stream(asked),
        file_name=asked["file"].name,
        mapping=parse_mapping(_mapping(asked, uses)),
        now=timezone.now(),
    )
    if isinstance(result, ImportAccepted):
        return {"job": get_job("integrations", result.job_id)}
    return {"result": result}


_STEPS = {"check": _check, "import": _import}


def _stream(asked: dict[str, Any]) -> BinaryIO:
    stream: BinaryIO = asked["file"].file
    stream.seek(0)
    return stream


def _mapping(asked: dict[str, Any], uses: list[ColumnUse]) -> str:
    return mapping_text(uses, currency=asked["currency"], source=asked["source"])


def _table(parsed: ParsedCsv) -> dict[str, Any]:
    """The first rows as people read them."""
    rows = parsed.rows[:_SHOWN_ROWS]
    names = [
        (channel, measure)
        for row in rows[:1]
        for channel, measures in row.channels
        for measure in measures
    ]
    has_revenue = bool(rows) and rows[0].revenue_micros is not None
    return {
        "headers": [
            *(["revenue"] if has_revenue else []),
            *(f"{channel}: {measure.replace('_', ' ')}" for channel, measure in names),
        ],
        "rows": [
            {
                "day": row.day,
                "values": [
                    *([_shown(row.revenue_micros)] if has_revenue else []),
                    *(_shown(micros) for _, values in row.channels for micros in values.values()),
                ],
            }
            for row in rows
        ],
    }


def _shown(micros: int | None) -> str:
    return f"{Decimal(format_count(from_micros(micros or 0))):,}"


def _answer(request: PageRequest, found: dict[str, Any]) -> HttpResponse:
    is_part = bool(request.htmx)
    name = "_import.html" if is_part else "page.html"
    imports = queries.list_imports().select_related("connection")[:_SHOWN_IMPORTS]
    context = {**found, "choices": USES, "imports": imports, "is_part": is_part}
    return render(request, f"omnify_integrations/imports/{name}", context)


urlpatterns = [
    path("app/integrations/", ImportPageView.as_view()),
    path(
        "app/integrations/jobs/<uuid:job_id>", ImportJobPageView.as_view(), name="integrations-job"
    ),
]
