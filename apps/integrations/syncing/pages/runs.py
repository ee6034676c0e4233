"""The runs of a connection, and one of them down to what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.calling.models import RawAnswer
from apps.integrations.calling.queries import list_answers
from apps.integrations.syncing import queries
from apps.integrations.syncing.models import UNDER_WAY, SyncRun, SyncSlice
from apps.integrations.syncing.pages.frame import ConnectionPage, url_of, way_to
from apps.integrations.syncing.pages.words import RUN_CHIPS, SLICE_CHIPS, say_stream
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.pages.days import say_days, say_moment
from omnify.pages.numbers import count
from omnify.pages.paging import pick_page
from omnify.pages.parts import Action, Banner, Cell, Column, Empty, Link, Pager, Part, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

_SHOWN_RUNS: Final = 20
_SHOWN_SLICES: Final = 25
#: So many requests of a run are listed, the newest.
_SHOWN_CALLS: Final = 50
_RUNS: Final = (
    Column("created_at", "Began"),
    Column("state", "State", is_key=True),
    Column("slices", "Parts", is_number=True),
    Column("new", "New rows", is_number=True, is_key=True),
    Column("changed", "Changed", is_number=True),
    Column("unchanged", "Unchanged", is_number=True),
    Column("removed", "Removed", is_number=True),
    Column("calls", "Calls", is_number=True),
    Column("took", "Took", is_number=True),
)
_SLICES: Final = (
    Column("what", "What"),
    Column("state", "State", is_key=True),
    Column("days", "Days", is_number=True, is_key=True),
    Column("account", "Account", is_name=True),
)
#: What is said besides where any part failed.
_FAILED: Final = (
    Column("error", "What went wrong", is_name=True),
    Column("request_id", "The platform's request id", is_name=True),
)
_CALLS: Final = (
    Column("path", "Asked"),
    Column("status", "Answer", is_number=True, is_key=True),
    Column("at", "When", is_key=True),
)
_MINUTE: Final = 60


class RunsView(ConnectionPage):
    """The runs of a connection, newest first."""

    access: ClassVar = {"GET": "integration:view"}
    tab = "syncs"

    def get(self, request: PageRequest, connection_id: UUID) -> HttpResponse:
        """List them, with what came of each."""
        runs = queries.list_runs(self.connection.id)
        page, pager = pick_page(runs, number=request.GET.get("page"), size=_SHOWN_RUNS)
        text = "Each time the platform is asked, it is noted here what came of it."
        return self.show_parts(
            Table(
                id="runs",
                caption="Syncs",
                columns=_RUNS,
                rows=tuple(_run_row(run, self.now) for run in page),
                pager=pager if page.has_other_pages() else None,
                empty=Empty(title="Nothing was read yet", text=text),
            )
        )


class RunView(PageView):
    """One run: its parts, and the requests that it took."""

    access: ClassVar = {"GET": "integration:view"}

    def get(self, request: PageRequest, run_id: UUID) -> HttpResponse:
        """Show it."""
        run = queries.get_run(run_id)
        slices, pager = pick_page(
            queries.list_slices(run), number=request.GET.get("page"), size=_SHOWN_SLICES
        )
        here = Link(url_of("syncs", run.connection), run.connection.name)
        return self.show(
            "omnify_integrations/syncing/run.html",
            {
                "run": run,
                "chip": RUN_CHIPS[SyncRun.State(run.state)],
                "facts": _facts(run, self.now),
                "breadcrumbs": way_to("Sync", here),
                "problem": _problem(run),
                "buttons": _buttons(run),
                "slices": _slices_table(slices, pager if slices.has_other_pages() else None),
                "calls": _calls_table(run),
            },
        )


def _run_row(run: SyncRun, now: datetime) -> tuple[Cell, ...]:
    done, total = run.slices_done, run.slices_total  # type: ignore[attr-defined]
    url = reverse("integrations:sync-run", args=[run.id])
    return (
        Cell(run.created_at, url=url, is_detail=True),
        Cell(run.state, parts=(RUN_CHIPS[SyncRun.State(run.state)],)),
        Cell(done, f"{count(done)} of {count(total)}"),
        Cell(run.rows_new),
        Cell(run.rows_changed),
        Cell(run.rows_unchanged),
        Cell(run.rows_removed),
        Cell(run.calls),
        Cell("", _took(run, now)),
    )


def _facts(run: SyncRun, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return what is said of a run as a whole, each with its name."""
    done, total = run.slices_done, run.slices_total  # type: ignore[attr-defined]
    return (
        ("Began", say_moment(run.created_at)),
        ("Took", _took(run, now)),
        ("Parts", f"{count(done)} of {count(total)}"),
        ("New rows", count(run.rows_new)),
        ("Changed", count(run.rows_changed)),
        ("Unchanged", count(run.rows_unchanged)),
        ("Removed", count(run.rows_removed)),
        ("Calls", count(run.calls)),
    )


def _slices_table(slices: Iterable[SyncSlice], pager: Pager | None) -> Table:
    """Return the parts of a run; why one failed is said where one did."""
    shown = list(slices)
    has_failed = any(each.state == SyncSlice.State.FAILED for each in shown)
    return Table(
        id="slices",
        caption="What was asked",
        columns=_SLICES + _FAILED if has_failed else _SLICES,
        rows=tuple(_slice_row(each, has_failed=has_failed) for each in shown),
        pager=pager,
        empty=Empty(title="Nothing yet", text="It is planned what is asked once the run begins."),
    )


def _slice_row(row: SyncSlice, *, has_failed: bool) -> tuple[Cell, ...]:
    failure = (Cell(row.error_words), Cell(row.request_id))
    return (
        Cell("", say_stream(row.stream, row.level)),
        Cell(row.state, parts=(SLICE_CHIPS[SyncSlice.State(row.state)],)),
        Cell(row.first_date, say_days(row.first_date, row.last_date)),
        Cell(row.account.name),
        *(failure if has_failed else ()),
    )


def _calls_table(run: SyncRun) -> Table | None:
    """Return the newest requests of a run; none where none is kept."""
    rows = tuple(_call_row(each) for each in list_answers(run.id)[:_SHOWN_CALLS])
    caption = "Requests to the platform"
    if run.calls > len(rows):
        caption = f"The last {count(len(rows))} of {count(run.calls)} requests"
    return Table(id="calls", caption=caption, columns=_CALLS, rows=rows) if rows else None


def _call_row(each: RawAnswer) -> tuple[Cell, ...]:
    return Cell(f"{each.method} {each.path}"), Cell(each.status, str(each.status)), Cell(each.at)


def _problem(run: SyncRun) -> Banner | None:
    """Return why a run did not end well, with the platform's own name of the exchange."""
    if not run.error_words:
        return None
    words = f"{run.error_words} The platform's request id: {run.request_id}."
    return Banner(text=words if run.request_id else run.error_words, level="warning")


def _buttons(run: SyncRun) -> tuple[Part, ...]:
    """Return what can be done about a run by who looks at it."""
    if not is_allowed(current().principal, "integration:connect"):
        return ()
    if run.state in UNDER_WAY:
        return (Action(url=reverse("integrations:cancel-run", args=[run.id]), label="Cancel"),)
    if run.state in (SyncRun.State.FAILED, SyncRun.State.CANCELLED):
        url = reverse("integrations:retry-run", args=[run.id])
        return (Action(url=url, label="Ask again what is missing"),)
    return ()


def _took(run: SyncRun, now: datetime) -> str:
    """Return how long a run took, or takes."""
    if run.started_at is None:
        return ""
    seconds = int(((run.finished_at or now) - run.started_at).total_seconds())
    if seconds < _MINUTE:
        return f"{count(seconds)} s"
    return f"{count(seconds // _MINUTE)} min {count(seconds % _MINUTE)} s"
