"""The credit of channels by one model beside others, on a page and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from django.urls import reverse

from apps.analytics.attribution.operations import answer_attribution
from apps.analytics.attribution.pages.choice import CreditForm, address_of, iter_asked
from apps.analytics.attribution.pages.table import credit_table, say_difference, say_limits
from apps.analytics.customers.pages.gaps import warn_without_rate
from apps.analytics.exceptions import NoJourneysError
from omnify.api.heavy import heavy_work
from omnify.pages.addresses import read_form
from omnify.pages.days import say_days
from omnify.pages.files import csv_file
from omnify.pages.layouts import is_part_asked
from omnify.pages.parts import Empty, Link
from omnify.pages.places import first_page_of
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

_TEMPLATE: Final = "omnify_analytics/attribution.html"
_INVALID: Final = 400


class AttributionPage(PageView):
    """What models credit channels with, beside each other."""

    access: ClassVar = {"GET": "analytics:view"}

    @cached_property
    def form(self) -> CreditForm:
        """The choice of the address."""
        return CreditForm(self.request.GET.dict())

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Show the credit; what the address says wrongly is said beside its field."""
        is_valid = self.form.is_valid()
        shown = {"form": self.form, **self._find_parts(self.form.cleaned_data)}
        # Nothing but a success is taken into a page.
        is_shown = is_valid or is_part_asked(request)
        return self.show(_TEMPLATE, shown, status=200 if is_shown else _INVALID)

    def _find_parts(self, choice: Mapping[str, Any]) -> dict[str, Any]:
        try:
            results = [answer_attribution(query) for query in iter_asked(choice)]
        except NoJourneysError:
            return {"empty": self._say_none(choice)}
        address = address_of(choice)
        chosen = results[0]
        return {
            "banners": warn_without_rate(
                self.request,
                {each.currency: each.value for each in chosen.unconverted},
                text="Conversions count, but their value is in no sum for want of a rate:",
            ),
            "days": say_days(chosen.first, chosen.last),
            "as_of": chosen.as_of,
            "difference": say_difference(results),
            "limits": say_limits(results),
            "table": credit_table(
                results,
                csv_url=f"{reverse('analytics:attribution.csv')}?{address}",
                xlsx_url=f"{reverse('analytics:attribution.xlsx')}?{address}",
            ),
        }

    def _say_none(self, choice: Mapping[str, Any]) -> Empty:
        files = first_page_of(self.request, "integrations")
        links = [Link(files, "Import touchpoints")] if files else []
        has_days = choice.get("first") or choice.get("last")
        if has_days:
            links.insert(0, Link(f"?{address_of(choice, first='', last='')}", "All days"))
        return Empty(
            title=f"No journeys to a conversion{' end in these days' if has_days else ' yet'}",
            text=(
                "With the touches that came before conversions, this page shows how much each"
                " channel is credited with. Import a file of touchpoints or paths."
            ),
            links=tuple(links),
        )


class AttributionFileView(PageView):
    """The same credit as a file."""

    access: ClassVar = {"GET": "analytics:view"}
    #: Writes it: as CSV, or as a workbook.
    write: Callable[..., HttpResponse] = staticmethod(csv_file)

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Return a row a channel, with the columns of each model."""
        choice = read_form(CreditForm(request.GET.dict()), "This credit cannot be shown.")
        results = [answer_attribution(query) for query in iter_asked(choice)]
        return self.write(credit_table(results), name=f"attribution-{results[0].model}")
