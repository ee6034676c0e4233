"""The imports that were made, on the import page, and the question before one is undone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.connections.queries import list_names
from apps.integrations.exceptions import ImportNotFoundError
from apps.integrations.imports import queries
from apps.integrations.imports.models import Change, CsvImport
from apps.integrations.imports.operations import undo_import
from apps.integrations.imports.pages.words import days_of
from apps.integrations.imports.reading.measures import AMOUNTS
from omnify.money import round_money
from omnify.names import isolate
from omnify.pages import numbers
from omnify.pages.days import say_moment
from omnify.pages.forms import QuestionPage
from omnify.pages.numbers import UNKNOWN
from omnify.pages.paging import pick_page
from omnify.pages.parts import Action, Cell, Chip, Column, Table
from omnify.pages.session import PageRequest, go_to

_SHOWN_IMPORTS: Final = 10
_NAMED_FILES: Final = 3
_DONE: Final = "integrations:imported"
_COLUMNS: Final = (
    Column("file_name", "File"),
    Column("state", "State", is_key=True),
    Column("source", "Source", is_name=True),
    Column("days", "Days", is_number=True),
    Column("rows", "Rows", is_number=True, is_key=True),
    Column("sums", "Sums"),
    Column("created_at", "Imported", is_name=True),
    Column("undo", "Undo"),
)
_STATES: Final[dict[str, Chip]] = {
    CsvImport.State.ACTIVE: Chip(state="done", text="Imported"),
    CsvImport.State.UNDONE: Chip(state="waiting", text="Undone"),
    CsvImport.State.PENDING: Chip(state="running", text="Being imported"),
}


class UndoImportView(QuestionPage):
    """The undoing of an import."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    back = "integrations:import"

    def describe(self, import_id: UUID) -> dict[str, str]:
        """Return what will change: the days, the source, and what counts again."""
        made = _get_active(import_id)
        text = (
            f"Its {numbers.count(made.rows)} rows of the source “{isolate(made.connection.name)}”"
            f" of {days_of(made)} no longer count{_what_goes(made)}."
            f" {_what_counts_again(made)}"
        )
        return {
            "heading": f"Undo the import of {isolate(made.file_name)}?",
            "text": text,
            "button": f"Yes, undo {isolate(made.file_name)}",
        }

    def run(self, import_id: UUID) -> HttpResponse:
        """Undo it, or let a job do it if it is large."""
        accepted = undo_import(import_id, now=self.now)
        if accepted is None:
            return self.go_back("The import was undone.")
        return go_to(self.request, reverse("integrations:job", args=[accepted.job_id]))


def imports_table(request: PageRequest) -> Table | None:
    """Return a page of the organization's imports, None where there are none."""
    page, pager = pick_page(
        queries.list_history(), number=request.GET.get("page"), size=_SHOWN_IMPORTS
    )
    if not page.paginator.count:
        return None
    names, changes = list_names(), queries.list_changes(page)
    return Table(
        id="imports",
        caption="Imported before",
        columns=_COLUMNS,
        rows=tuple(_row(made, names, changes.get(made.id), request) for made in page),
        pager=pager if page.has_other_pages() else None,
    )


def _get_active(import_id: UUID) -> CsvImport:
    made = queries.get_import(import_id)
    if made.state != CsvImport.State.ACTIVE:
        raise ImportNotFoundError(import_id=import_id)
    return made


def _what_counts_again(made: CsvImport) -> str:
    earlier, later = queries.list_neighbours(made)
    texts = []
    if earlier:
        texts.append(f"On these days what came before counts again: {_listed(earlier)}.")
    if later:
        texts.append(f"What came later stays as it is: {_listed(later)}.")
    if not texts:
        return "No other import of the source has these days, so that they have no numbers of it."
    return " ".join(texts)


def _listed(imports: list[CsvImport]) -> str:
    # What a source had before its imports were kept has no file.
    names = [isolate(each.file_name) or "earlier numbers" for each in imports]
    more = f" and {len(names) - _NAMED_FILES} more" if len(names) > _NAMED_FILES else ""
    return ", ".join(names[:_NAMED_FILES]) + more


def _row(
    made: CsvImport, names: dict[UUID, str], change: Change | None, request: PageRequest
) -> tuple[Cell, ...]:
    url = "" if made.state == CsvImport.State.PENDING else reverse(_DONE, args=[made.id])
    return (
        Cell(made.file_name, url=url),
        _state(made, change),
        Cell(made.connection.name),
        Cell("", days_of(made)),
        Cell(made.rows),
        Cell(_sums(made.sums, made.currency)),
        Cell(made.created_at, _imported(made, names)),
        _undo(made, change, request.GET.urlencode()),
    )


def _state(made: CsvImport, change: Change | None) -> Cell:
    chip = _STATES.get(made.state, Chip(state="waiting", text="Unknown"))
    if change is None or change.phase == Change.Phase.TIDYING:
        return Cell(made.state, parts=(chip,))
    chip = Chip(state="running", text="Being undone" if change.is_undo else "Being imported")
    if change.job_id is None:
        return Cell(made.state, parts=(chip,))
    job = reverse("integrations:job", args=[change.job_id])
    return Cell(made.state, "See how far", url=job, parts=(chip,))


def _undo(made: CsvImport, change: Change | None, query: str) -> Cell:
    if made.state != CsvImport.State.ACTIVE or (change is not None and change.is_undo):
        return Cell("", UNKNOWN)
    if not made.is_kept:
        return Cell("", "made before imports could be undone")
    return Cell("", parts=(undo_action(made, query),))


def undo_action(made: CsvImport, query: str = "") -> Action:
    """Return the button that asks before an import is undone."""
    return Action(
        url=f"{reverse('integrations:undo-import', args=[made.id])}?{query}".rstrip("?"),
        label="Undo",
        about=made.file_name,
        asks=True,
    )


def _what_goes(made: CsvImport) -> str:
    sums = _sums(made.sums, made.currency)
    return f": {sums}" if sums else ""


def _imported(made: CsvImport, names: dict[UUID, str]) -> str:
    """Return when an import was made, and by whom if that is a member still."""
    at = say_moment(made.created_at)
    name = names.get(made.created_by) if made.created_by else None
    return f"{at} by {isolate(name)}" if name else at


def _sums(sums: Iterable[dict[str, Any]], currency: str) -> str:
    """Return what an import comes to over all channels, by measure, as far as that adds up."""
    totals: dict[str, Decimal | None] = {}
    for each in sums:
        name, value = each["measure"], each["sum"]
        before = totals.get(name, Decimal(0))
        totals[name] = None if value is None or before is None else before + Decimal(value)
    return ", ".join(
        f"{name.replace('_', ' ')} {_short(total, currency if name in AMOUNTS else '')}"
        for name, total in totals.items()
        if total is not None
    )


def _short(total: Decimal, currency: str) -> str:
    if currency:
        return f"{numbers.exact(round_money(total, currency))} {currency}"
    return numbers.brief(total)
