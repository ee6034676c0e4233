"""The page of exchange rates: those that there are, and what the data lacks."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse

from apps.auth.contract import Auth
from apps.integrations.connections.queries import list_names
from apps.integrations.rates import operations, queries
from apps.integrations.rates.forms import RateForm
from apps.integrations.rates.messages import RateInput, RatesFilter
from omnify.api.heavy import heavy_work
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.names import isolate
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.forms import FormPage, QuestionPage
from omnify.pages.parts import (
    Action,
    Banner,
    Cell,
    Column,
    Empty,
    Pager,
    Table,
)
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView
from omnify.services import client_of

_SHOWN: Final = 50
_COLUMNS: Final = (
    Column("date", "Day", is_key=True),
    Column("pair", "Rate", is_key=True),
    Column("source", "Who says so", is_name=True),
    Column("delete", "Delete"),
)


class RatesView(PageView):
    """Exchange rates: the organization's own, or with ``shared`` those that all share."""

    access: ClassVar = {"GET": "integration:view"}

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """List them, the newest first, below what the data lacks."""
        is_shared = bool(request.GET.get("shared"))
        currency = client_of(Auth).get_organization().currency
        lacking = [_say_lacking(each, currency) for each in queries.list_lacking(currency)]
        may_change = is_allowed(current().principal, "integration:connect")
        banner = Banner(
            level="warning", text="Not in the totals, for want of a rate:", items=tuple(lacking)
        )
        context = {
            "lacking": banner if lacking else None,
            "rates": _table(request, may_change=may_change, is_shared=is_shared),
            "may_change": may_change,
            "is_shared": is_shared,
        }
        return self.show("omnify_integrations/rates/rates.html", context)


class AddRateView(FormPage):
    """A rate that a person types."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    form_class: ClassVar = RateForm
    heading = "Add an exchange rate"
    button = "Add"
    back = "integrations:rates"

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Add it, in place of one that was typed for the day and pair."""
        rate = operations.add_rate(RateInput(**given), now=self.now)
        text = f"1 {rate.base} = {rate.rate} {rate.currency} counts now, in all numbers."
        return self.go_back(text)


class DeleteRateView(QuestionPage):
    """The end of a rate."""

    access: ClassVar = {"GET": "integration:connect", "POST": "integration:connect"}
    heading = "Delete the exchange rate?"
    text = "An older or shared one counts then; without one, what it converts is left out again."
    back = "integrations:rates"

    def describe(self, rate_id: UUID) -> dict[str, str]:
        """Return which one it is."""
        return {"button": f"Yes, delete {queries.get_rate(rate_id)}"}

    def run(self, rate_id: UUID) -> HttpResponse:
        """Delete it."""
        operations.delete_rate(rate_id)
        return self.go_back("The exchange rate is deleted.")


def _say_lacking(lacking: queries.Lacking, currency: str) -> str:
    count = "1 day" if lacking.days == 1 else f"{numbers.count(lacking.days)} days"
    days = say_days(lacking.first, lacking.last)
    return f"{lacking.currency} in {currency}: {count} of {days}"


def _table(request: PageRequest, *, may_change: bool, is_shared: bool) -> Table | Empty:
    rates = queries.list_rates(RatesFilter(shared=is_shared)).order_by("-date", "-id")
    page = Paginator(rates, _SHOWN).get_page(request.GET.get("page"))
    if not page.paginator.count:
        text = "Money of other currencies than your own is converted at its day's rate."
        return Empty(title="No exchange rates", text=text)
    names = {} if is_shared else list_names()
    pager = Pager(
        previous=str(page.previous_page_number()) if page.has_previous() else "",
        next=str(page.next_page_number()) if page.has_next() else "",
        summary=f"{page.start_index()} to {page.end_index()} of {page.paginator.count}",
    )
    can_delete = may_change and not is_shared
    return Table(
        id="rates",
        caption="Rates that all share" if is_shared else "Your own rates",
        columns=_COLUMNS if can_delete else _COLUMNS[:-1],
        rows=tuple(_row(each, names)[: None if can_delete else -1] for each in page),
        pager=pager if page.has_other_pages() else None,
    )


def _row(rate: Any, names: dict[UUID, str]) -> tuple[Cell, ...]:
    pair = f"1 {rate.base} = {rate.rate} {rate.currency}"
    name = names.get(getattr(rate, "created_by", None) or UUID(int=0))
    by = f"{rate.source}, {isolate(name)}" if name else rate.source
    url = reverse("integrations:delete-rate", args=[rate.id])
    action = Action(url=url, label="Delete", about=str(rate), asks=True)
    return Cell(rate.date), Cell(pair), Cell(by), Cell("", parts=(action,))
