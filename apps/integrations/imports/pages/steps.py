"""The steps of a draft: its columns, the check, and the import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, ClassVar, Final
from uuid import UUID

import msgspec
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.auth.contract import Auth
from apps.integrations.exceptions import CsvMappingError
from apps.integrations.imports import queries, reading
from apps.integrations.imports.forms import CURRENCY_LIST, RowsForm, SourceForm
from apps.integrations.imports.messages import ImportAccepted
from apps.integrations.imports.models import StagedFile
from apps.integrations.imports.operations import drafts, files
from apps.integrations.imports.operations.previewing import read_columns
from apps.integrations.imports.pages import checking, words
from apps.integrations.imports.pages.choosing import Chosen
from apps.integrations.imports.pages.column_rows import count_columns, describe_columns
from apps.integrations.imports.pages.columns import METRICS, USES, needs_currency, read_answers
from apps.integrations.imports.pages.deciding import list_decisions
from apps.integrations.imports.pages.rail import CHECK, COLUMNS, rail_at
from apps.integrations.imports.reading import AnyMapping, Preview
from omnify.api.heavy import heavy_work, is_large_file
from omnify.exceptions import OmnifyError
from omnify.money import CURRENCIES
from omnify.pages.layouts import is_part_asked
from omnify.pages.parts import Banner
from omnify.pages.session import PageRequest, go_to
from omnify.pages.views import PageView
from omnify.services import client_of

# Three fields each, under the limit of fields that Django reads.
MOST_COLUMNS: Final = 300
_INVALID: Final = 400
_FORM_FIELDS: Final = {"brand_id": "brand"}


def see(request: PageRequest, route: str, *ids: object, query: str = "") -> HttpResponse:
    """Lead to another page after a form was sent."""
    url = reverse(f"integrations:{route}", args=ids) + query
    return go_to(request, url) if request.htmx else HttpResponseRedirect(url, status=303)


class DraftPage(PageView, is_base=True):
    """A step of a draft."""

    draft: StagedFile
    chosen: Chosen

    @contextmanager
    def open_draft(self, draft_id: UUID) -> Iterator[BinaryIO]:
        """Find the draft and what was chosen of it; gives its bytes, which may be heavy work.

        Raises:
            TooMuchAtOnceError: the organization has as much heavy work under way as it may.
        """
        self.draft = drafts.get_draft(draft_id)
        self.chosen = Chosen.read(self.draft.choices or {})
        stream = files.open_staged(draft_id)
        with heavy_work(when=is_large_file(stream)):
            yield stream

    def keep(self, chosen: Chosen) -> None:
        """Keep what was chosen."""
        self.chosen = chosen
        drafts.save_choices(self.draft, chosen.write())

    def show_step(self, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
        """Return the page; htmx takes no answer but a success into a page."""
        status = 200 if is_part_asked(self.request) else status
        values = {"file_name": self.draft.file_name, "draft_id": self.draft.id, **context}
        return self.show(f"omnify_integrations/imports/{template}.html", values, status=status)

    def settle(self, chosen: Chosen, mapping: AnyMapping) -> None:
        """Keep what was chosen, and let all of a large file be checked by it."""
        job_id = drafts.check_draft(self.draft, mapping)
        self.keep(msgspec.structs.replace(chosen, job_id=job_id))


class ColumnsView(DraftPage):
    """What each column is."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def get(self, request: PageRequest, draft_id: UUID) -> HttpResponse:
        """Show what is proposed, or was chosen."""
        with self.open_draft(draft_id) as stream:
            return self._show(stream, self._forms(stream))

    def post(self, request: PageRequest, draft_id: UUID) -> HttpResponse:
        """Keep what is chosen and go on to the check, or read the columns again."""
        with self.open_draft(draft_id) as stream:
            return self._choose(stream)

    def _choose(self, stream: BinaryIO) -> HttpResponse:
        request = self.request
        chosen = self.chosen.change(request.POST)
        if "again" in request.POST:
            return self._read_again(stream, chosen)
        before, self.chosen = self.chosen, chosen
        forms = self._forms(stream, request.POST)
        source, rows = forms
        # Of both, so that all that is wrong is said at once.
        if source.errors or rows.errors or chosen.is_open:
            return self._show(stream, forms, status=_INVALID)
        currency = source.cleaned_data["currency"]
        try:
            self._settle(msgspec.structs.replace(chosen, currency=currency), before)
        except CsvMappingError as error:
            return self._show(stream, forms, error.details["errors"], status=_INVALID)
        return see(request, "check", self.draft.id)

    def _settle(self, chosen: Chosen, before: Chosen) -> None:
        mapping = chosen.to_mapping()
        is_same = before.job_id and before == msgspec.structs.replace(chosen, job_id=before.job_id)
        if not is_same:
            self.settle(chosen, mapping)

    def _read_again(self, stream: BinaryIO, chosen: Chosen) -> HttpResponse:
        preview = read_columns(stream, None, self.now, sheet=chosen.sheet or None)
        self.keep(chosen.propose_again(preview, before=self.chosen))
        return HttpResponseRedirect(self.request.path, status=303)

    def _forms(self, stream: BinaryIO, posted: Any = None) -> tuple[SourceForm, RowsForm]:
        chosen = self.chosen
        initial = msgspec.structs.asdict(chosen)
        source = SourceForm(
            posted,
            initial=initial,
            sheets=reading.list_sheets(stream),
            brands=client_of(Auth).list_brands(),
            reads_at=self.request.path,
            kind=chosen.kind,
            needs_currency=needs_currency(chosen.columns, chosen.kind),
        )
        return source, RowsForm(posted, initial=initial, kind=chosen.kind)

    def _show(
        self,
        stream: BinaryIO,
        forms: tuple[SourceForm, RowsForm],
        errors: Iterable[dict[str, Any]] = (),
        *,
        status: int = 200,
    ) -> HttpResponse:
        source, rows_form = forms
        context = {
            "rail": rail_at(COLUMNS, draft_id=self.draft.id),
            "source": source,
            "rows_form": rows_form,
        }
        try:
            preview = read_columns(stream, None, self.now, sheet=self.chosen.sheet or None)
        except OmnifyError as error:
            # Of a workbook another sheet may be the right one.
            context["found"] = [words.about_refusal(error)]
            return self.show_step("columns", context, status=status)
        others, problems = _place(errors, preview, forms)
        rows = describe_columns(preview, self.chosen, problems)
        context |= {
            "rows": rows,
            "count": count_columns(rows),
            "decisions": list_decisions(
                preview, self.chosen.columns, self.chosen.declined, self.chosen.kind
            ),
            "is_late": status == _INVALID,
            "uses": USES[self.chosen.kind],
            "has_channels": self.chosen.kind == METRICS,
            "channels": _channels(preview, self.chosen),
            "currencies": sorted(CURRENCIES),
            "currency_list": CURRENCY_LIST,
            "is_open": bool(rows_form.errors)
            or any(rows_form.initial[n] for n in rows_form.fields),
            "found": [
                *others,
                *words.about_beginning(preview),
                *words.about_reading(preview),
                *words.about_currency(self.chosen.currency, preview, self.chosen.columns),
            ],
        }
        return self.show_step("columns", context, status=status)


class CheckView(DraftPage):
    """What the file comes to before it is imported."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def get(self, request: PageRequest, draft_id: UUID) -> HttpResponse:
        """Show the sums, what is replaced, and what is to be answered."""
        with self.open_draft(draft_id) as stream:
            try:
                mapping = self.chosen.to_mapping()
            except CsvMappingError:
                return see(self.request, "columns", draft_id)
            return self.show_check(stream, mapping)

    def post(self, request: PageRequest, draft_id: UUID) -> HttpResponse:
        """Keep what was answered, and check again."""
        with self.open_draft(draft_id):
            options = read_answers(request.POST, self.chosen.options)
            chosen = msgspec.structs.replace(
                self.chosen, options=options, is_imported=False, import_job_id=None
            )
            try:
                self.settle(chosen, chosen.to_mapping())
            except CsvMappingError:
                return see(self.request, "columns", draft_id)
            return see(self.request, "check", draft_id)

    def show_check(
        self, stream: BinaryIO, mapping: AnyMapping, refusal: OmnifyError | None = None
    ) -> HttpResponse:
        """Return the page of the check; after a try to import, with its ``refusal``."""
        found = checking.check(self.draft, self.chosen, stream, mapping, self.now)
        context = {
            "rail": rail_at(CHECK, draft_id=self.draft.id),
            "refusal": words.about_refusal(refusal) if refusal else None,
            "check": found,
        }
        status = refusal.status if refusal else 200
        return self.show_step("check", context, status=status)


class ImportDraftView(CheckView):
    """The import of a draft."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}

    def get(self, request: PageRequest, draft_id: UUID) -> HttpResponse:
        """Lead to the check, from which a file is imported."""
        drafts.get_draft(draft_id)
        return see(self.request, "check", draft_id)

    def post(self, request: PageRequest, draft_id: UUID) -> HttpResponse:
        """Import the file, or hand it to a job if it is large."""
        with self.open_draft(draft_id) as stream:
            try:
                mapping = self.chosen.to_mapping()
            except CsvMappingError:
                return see(self.request, "columns", draft_id)
            return self._import(stream, mapping)

    def _import(self, stream: BinaryIO, mapping: AnyMapping) -> HttpResponse:
        draft_id = self.draft.id
        try:
            result = drafts.import_draft(self.draft, mapping, now=self.now)
        except OmnifyError as error:
            return self.show_check(stream, mapping, error)
        if isinstance(result, ImportAccepted):
            self.keep(msgspec.structs.replace(self.chosen, import_job_id=result.job_id))
            return see(self.request, "job", result.job_id, query=f"?draft={draft_id}")
        self.keep(msgspec.structs.replace(self.chosen, is_imported=True, import_job_id=None))
        unchanged = "?unchanged=1" if result.unchanged else ""
        return see(self.request, "imported", result.import_id, query=unchanged)


class DiscardDraftView(PageView):
    """The deletion of a draft."""

    access: ClassVar = {"POST": "integration:connect"}

    def post(self, request: PageRequest, draft_id: UUID) -> HttpResponse:
        """Delete the file, and lead to the choice of another one."""
        files.discard_staged(drafts.get_draft(draft_id).id)
        return see(self.request, "import")


def _place(
    errors: Iterable[dict[str, Any]], preview: Preview, forms: tuple[SourceForm, RowsForm]
) -> tuple[list[Banner], dict[str, str]]:
    """Put each error beside what it is about; returns what is left, and those of columns."""
    left, problems = [], {}
    for error in errors:
        name = _FORM_FIELDS.get(error["field"], error["field"])
        form = next((each for each in forms if name in each.fields), None)
        if error["field"] in preview.columns:
            problems[error["field"]] = error["message"]
        elif form is not None:
            form.add_error(name, error["message"])
        else:
            left.append(error)
    return ([words.about_mapping(left)] if left else []), problems


def _channels(preview: Preview, chosen: Chosen) -> list[str]:
    """Return the channels that a browser proposes: the organization's, and those of the file."""
    own = [each.channel for each in chosen.columns if each.channel]
    proposed = [channel["name"] for channel in preview.proposal.get("channels", ())]
    return list(dict.fromkeys([*queries.list_channels(), *own, *proposed]))
