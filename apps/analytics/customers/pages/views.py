"""Customers by the period of their first purchase, on a page and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from django.urls import reverse
from msgspec.structs import replace

from apps.analytics.customers.operations import answer_cohorts
from apps.analytics.customers.pages.choice import MEASURES, CohortForm, address_of, asked_of
from apps.analytics.customers.pages.gaps import warn_without_rate
from apps.analytics.customers.pages.table import cohort_table, say_shortened, shorten
from apps.analytics.exceptions import NoOrdersError
from omnify.api.heavy import heavy_work
from omnify.pages.addresses import read_form
from omnify.pages.files import csv_file
from omnify.pages.layouts import is_part_asked
from omnify.pages.parts import Empty, Link, Tab, Tabs
from omnify.pages.places import first_page_of
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

_TEMPLATE: Final = "omnify_analytics/customers.html"
_INVALID: Final = 400


class CustomersView(PageView):
    """What became of customers, as a heatmap."""

    access: ClassVar = {"GET": "analytics:view"}

    @cached_property
    def form(self) -> CohortForm:
        """The choice of the address."""
        return CohortForm(self.request.GET)

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Show the cohorts; what the address says wrongly is said beside its field."""
        is_valid = self.form.is_valid()
        choice = self.form.cleaned_data
        shown = {"form": self.form, "measures": _measures(choice), **self._find_parts(choice)}
        # Nothing but a success is taken into a page.
        is_shown = is_valid or is_part_asked(request)
        return self.show(_TEMPLATE, shown, status=200 if is_shown else _INVALID)

    def _find_parts(self, choice: Mapping[str, Any]) -> dict[str, Any]:
        query = asked_of(choice)
        try:
            result = answer_cohorts(query)
        except NoOrdersError:
            return {"empty": self._say_none(choice)}
        table = cohort_table(result, query)
        address = address_of(choice)
        return {
            "banners": warn_without_rate(
                self.request,
                {each.currency: each.revenue for each in result.unconverted},
                text="Values are unknown where revenue has no exchange rate:",
            ),
            "result": result,
            "shortened": say_shortened(table, query.grain),
            "table": replace(
                shorten(table),
                csv_url=f"{reverse('analytics:customers.csv')}?{address}",
                xlsx_url=f"{reverse('analytics:customers.xlsx')}?{address}",
            ),
        }

    def _say_none(self, choice: Mapping[str, Any]) -> Empty:
        files = first_page_of(self.request, "integrations")
        links = [Link(files, "Import orders")] if files else []
        if choice.get("brand"):
            links.append(Link(f"?{address_of(choice, brand='')}", "All brands"))
        return Empty(
            title="No orders of customers yet",
            text=(
                "With orders that name their customers, this page shows how many come back, and"
                " what they are worth over time. Import a file of orders, or connect a shop."
            ),
            links=tuple(links),
        )


class CustomersFileView(PageView):
    """The same cohorts as a file."""

    access: ClassVar = {"GET": "analytics:view"}
    #: Writes it: as CSV, or as a workbook.
    write: Callable[..., HttpResponse] = staticmethod(csv_file)

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Return a row a cohort, with all of its periods."""
        query = asked_of(read_form(CohortForm(request.GET), "These cohorts cannot be shown."))
        table = cohort_table(answer_cohorts(query), query)
        return self.write(table, name=f"customers-{query.measure}-by-{query.grain}")


def _measures(choice: Mapping[str, Any]) -> Tabs:
    chosen = choice.get("measure") or "retention"
    return Tabs(
        label="Measures",
        tabs=tuple(
            Tab(label=label, url=f"?{address_of(choice, measure=name)}", is_current=name == chosen)
            for name, label in MEASURES.items()
        ),
    )
