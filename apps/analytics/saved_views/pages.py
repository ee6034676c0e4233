"""The pages of saved views: which there are, saving one, its numbers, its name, its end."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.urls import reverse

from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from apps.analytics.metrics.rows import Row
from apps.analytics.querying.messages import QueryInput, QueryResult
from apps.analytics.saved_views import operations, queries
from apps.analytics.saved_views.forms import NameForm, NewViewForm
from apps.analytics.saved_views.messages import SavedViewInput
from apps.analytics.saved_views.models import SavedView
from omnify.api.heavy import heavy_work
from omnify.identity.permissions import is_held
from omnify.names import fold
from omnify.pages import numbers
from omnify.pages.days import say_day, say_days
from omnify.pages.files import csv_file
from omnify.pages.forms import FormPage, QuestionPage
from omnify.pages.parts import Cell, Column, Empty, Link, Part, Table
from omnify.pages.session import PageRequest, go_to
from omnify.pages.shell import Finder, Found
from omnify.pages.views import PageView

_MOST: Final = 200
#: What a view that is saved here asks, by channel.
_MEASURES: Final = (
    *("spend", "attributed_revenue", "roas", "conversions", "cpa", "clicks", "cpc"),
    *("impressions", "cpm"),
)


class SavedViewListPage(PageView):
    """The views that members saved."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show them, the newest first."""
        views = list(queries.list_saved_views()[:_MOST])
        return self.show("omnify_analytics/saved_views.html", {"table": _list(views)})


class NewViewPage(FormPage):
    """Save the channels of some days under a name."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:view"}
    form_class = NewViewForm
    heading = "Save a view"
    problem_field = "name"
    back = "analytics:views"

    def find_initial(self, *args: Any, **ids: Any) -> dict[str, Any]:
        """Return the days that the address names."""
        return {name: self.request.GET.get(name, "") for name in ("first", "last")}

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Save it and lead to its numbers."""
        query = QueryInput(
            measures=_MEASURES,
            dimensions=("channel",),
            from_date=given["first"],
            to_date=given["last"],
        )
        view = operations.save_view(SavedViewInput(name=given["name"], query=query))
        return go_to(self.request, reverse("analytics:view", args=[view.id]))


class SavedViewPage(PageView):
    """The present numbers of a view."""

    access: ClassVar = {"GET": "analytics:view"}
    grants_on: ClassVar = ("analytics", "view_id")

    @heavy_work()
    def get(self, request: PageRequest, view_id: UUID) -> HttpResponse:
        """Show them."""
        view = queries.get_saved_view(view_id)
        query = msgspec.convert(view.query, QueryInput)
        csv_url = reverse("analytics:view.csv", args=[view_id])
        shown: Part
        try:
            shown = _table(view.name, query, queries.get_view_result(view_id), csv_url=csv_url)
        except NoMetricsError as error:
            shown = Empty(title="No numbers yet", text=error.detail)
        days = urlencode({"first": query.from_date, "last": query.to_date})
        context = {
            "view": view,
            "days": say_days(query.from_date, query.to_date),
            "shown": shown,
            "overview_url": f"{reverse('analytics:dashboard')}?{days}",
            "breadcrumbs": [Link(reverse("analytics:views"), "Saved views"), Link("", view.name)],
        }
        return self.show("omnify_analytics/saved_view.html", context)


class SavedViewCsvPage(PageView):
    """The present numbers of a view as a file."""

    access: ClassVar = {"GET": "analytics:view"}
    grants_on: ClassVar = ("analytics", "view_id")

    @heavy_work()
    def get(self, request: PageRequest, view_id: UUID) -> HttpResponse:
        """Return the rows of the page."""
        query = msgspec.convert(queries.get_saved_view(view_id).query, QueryInput)
        table = _table("", query, queries.get_view_result(view_id))
        return csv_file(table, name=f"view-{query.from_date}-{query.to_date}")


class RenameViewPage(FormPage):
    """Give a view another name."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:view"}
    grants_on: ClassVar = ("analytics", "view_id")
    form_class = NameForm
    heading = "Rename the view"
    problem_field = "name"
    back = "analytics:views"

    def find_initial(self, view_id: UUID) -> dict[str, Any]:
        """Return its present name."""
        return {"name": queries.get_saved_view(view_id).name}

    def run(self, given: dict[str, Any], view_id: UUID) -> HttpResponse:
        """Rename it."""
        is_administered = is_held(self, "analytics:admin")
        operations.rename_view(view_id, given["name"], is_administered=is_administered)
        return self.go_back(f"The view is called {given['name']} now.")


class DeleteViewPage(QuestionPage):
    """Delete a view."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:view"}
    grants_on: ClassVar = ("analytics", "view_id")
    heading = "Delete the view?"
    text = "The numbers stay; the view's address leads nowhere afterwards."
    back = "analytics:views"

    def describe(self, view_id: UUID) -> dict[str, str]:
        """Return the button with the view's name."""
        return {"button": f"Yes, delete {queries.get_saved_view(view_id).name}"}

    def run(self, view_id: UUID) -> HttpResponse:
        """Delete it."""
        operations.delete_view(view_id, is_administered=is_held(self, "analytics:admin"))
        return self.go_back("The view was deleted.")


def find_views(asked: str) -> Iterator[Found]:
    """Yield saved views by their names, the newest first."""
    for view in queries.list_saved_views()[:_MOST]:
        if fold(asked) in fold(view.name):
            url = reverse("analytics:view", args=[view.id])
            yield Found(kind="Saved views", label=view.name, url=url)


FINDERS: Final = (Finder("analytics:view", find_views),)


def _list(views: list[SavedView]) -> Table:
    return Table(
        id="views",
        caption="Saved views",
        columns=(
            Column("name", "View", is_name=True),
            Column("days", "Days"),
            Column("saved", "Saved"),
            Column("rename", "Rename"),
            Column("delete", "Delete"),
        ),
        rows=tuple(_row(view) for view in views),
        empty=Empty(
            title="No views yet",
            text="Choose days on the overview and save them under a name, to come back to them.",
            links=(Link(reverse("analytics:dashboard"), "Go to the overview"),),
        ),
    )


def _row(view: SavedView) -> tuple[Cell, ...]:
    query = msgspec.convert(view.query, QueryInput)
    return (
        Cell(view.name, url=reverse("analytics:view", args=[view.id])),
        Cell(say_days(query.from_date, query.to_date)),
        Cell(view.created_at, say_day(view.created_at)),
        Cell("Rename", url=reverse("analytics:view.rename", args=[view.id])),
        Cell("Delete", url=reverse("analytics:view.delete", args=[view.id])),
    )


def _table(name: str, query: QueryInput, result: QueryResult, *, csv_url: str = "") -> Table:
    """Return the answer to a query; measures that are unknown everywhere are in files alone."""
    dimensions = query.dimensions or ("all",)
    known = {each for each in query.measures if any(row.get(each) for row in result.rows)}
    return Table(
        id="view",
        caption=name,
        csv_url=csv_url,
        columns=(
            *(Column(each, each.capitalize(), is_name=True) for each in dimensions),
            *(_column(each, result.currency, is_shown=each in known) for each in query.measures),
        ),
        rows=tuple(
            (
                *(Cell(row.get(each) or _rest(row)) for each in dimensions),
                *(_cell(row.get(each)) for each in query.measures),
            )
            for row in result.rows
        ),
    )


def _rest(row: Row) -> str:
    """Return what a row without a channel or period is called."""
    return "Other" if row.get("other") else "All"


def _column(name: str, currency: str, *, is_shown: bool) -> Column:
    unit = currency if MEASURES[name].unit == CURRENCY else ""
    return Column(name, MEASURES[name].label, unit, is_number=True, is_shown=is_shown)


def _cell(text: str | None) -> Cell:
    return Cell() if text is None else Cell(Decimal(text), numbers.exact(Decimal(text)))
