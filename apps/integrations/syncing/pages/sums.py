"""Our sums beside the platform's own, day by day: what differs first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.queries import list_accounts
from apps.integrations.contract import CURRENCY, MEASURES
from apps.integrations.syncing.forms import DaysForm
from apps.integrations.syncing.messages import Period, ReconciledDay, Reconciliation
from apps.integrations.syncing.pages.frame import ConnectionPage
from apps.integrations.syncing.queries.telling import reconcile
from omnify.money import minor_digits
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.paging import pick_page
from omnify.pages.parts import Banner, Cell, Chip, Column, Empty, Part, Table
from omnify.pages.session import PageRequest

_SHOWN: Final = 50
_MEASURES: Final = {measure.name: measure for measure in MEASURES}
_COLUMNS: Final = (
    Column("date", "Day"),
    Column("state", "State", is_key=True),
    Column("measure", "Measure", is_key=True),
    Column("ours", "Ours", is_number=True),
    Column("theirs", "The platform's", is_number=True),
    Column("difference", "Difference", is_number=True, is_key=True),
    Column("account", "Account", is_name=True),
)
_OPEN: Final = Chip(state="waiting", text="Still open")
_ALIKE: Final = Chip(state="done", text="Alike")
_DIFFERS: Final = Chip(state="failed", text="Differs")
_NOTHING: Final = (
    "After each sync the platform is asked for its own sums of the days that were read. Of these"
    " days it gave none."
)


class ReconciliationView(ConnectionPage):
    """The comparison of some days."""

    access: ClassVar = {"GET": "integration:view"}
    tab = "reconciliation"

    def get(self, request: PageRequest, connection_id: UUID) -> HttpResponse:
        """Show what differs, or say that nothing does."""
        sent = DaysForm(request.GET) if "from_date" in request.GET else None
        is_wrong = sent is not None and not sent.is_valid()
        asked = _period_of(sent) if sent is not None and not is_wrong else Period()
        found = reconcile(connection_id, asked, self.now)
        context = self.describe() | {
            "form": sent or DaysForm(initial=_days_of(found)),
            "shown": (_sum_up(found), self._table(found)) if found.days else (_nothing(),),
        }
        template = "omnify_integrations/syncing/reconciliation.html"
        return self.show(template, context, status=400 if is_wrong else 200)

    def _table(self, found: Reconciliation) -> Table:
        accounts = {each.external_id: each for each in list_accounts(self.connection)}
        ordered = sorted(found.days, key=lambda each: (each.agrees, -each.date.toordinal()))
        page, pager = pick_page(
            ordered,
            number=self.request.GET.get("page"),
            size=_SHOWN,
            order="what differs first",
        )
        return Table(
            id="reconciliation",
            caption="Sums by day",
            columns=_COLUMNS,
            rows=tuple(_row(each, accounts.get(each.account)) for each in page),
            pager=pager if page.has_other_pages() else None,
        )


def _period_of(form: DaysForm) -> Period:
    given: dict[str, Any] = form.cleaned_data
    return Period(from_date=given["from_date"], to_date=given["to_date"])


def _days_of(found: Reconciliation) -> dict[str, date]:
    """Return the days that were compared, as the form has them."""
    days = [each.date for each in found.days]
    return {"from_date": min(days), "to_date": max(days)} if days else {}


def _nothing() -> Empty:
    return Empty(title="Nothing to compare", text=_NOTHING)


def _sum_up(found: Reconciliation) -> Part:
    """Return one sentence of the whole comparison."""
    closed = [each for each in found.days if not each.is_provisional]
    if not closed:
        return Banner(text="All of these days are still open: they are compared once they ended.")
    days = say_days(min(each.date for each in closed), max(each.date for each in closed))
    several, differ = numbers.count(len(closed)), numbers.count(found.totals_disagree)
    if found.totals_disagree:
        words = f"{differ} of {several} sums of {days} differ from the platform's own."
        return Banner(text=words, level="warning")
    words = f"All {several} sums of {days} are the platform's own, to the last digit."
    return Banner(text=words, level="success")


def _row(each: ReconciledDay, account: PlatformAccount | None) -> tuple[Cell, ...]:
    measure = _MEASURES.get(each.measure)
    is_money = measure is not None and measure.unit == CURRENCY
    currency = account.currency if account and is_money else ""
    difference = None if each.ours is None else each.ours - each.theirs
    chip = _OPEN if each.is_provisional else _ALIKE if each.agrees else _DIFFERS
    return (
        Cell(each.date),
        Cell(chip.text, parts=(chip,)),
        Cell("", measure.label if measure else each.measure),
        _amount(each.ours, currency),
        _amount(each.theirs, currency),
        _amount(difference, currency),
        Cell(account.name if account else each.account),
    )


def _amount(micros: int | None, currency: str) -> Cell:
    """Return millionths with all digits that they have, and at least the currency's own."""
    if micros is None:
        return Cell(reason="No row of ours has it.")
    value = (Decimal(micros) / 1_000_000).normalize()
    exponent = value.as_tuple().exponent
    places = max(0, -exponent if isinstance(exponent, int) else 0)
    if not currency:
        return Cell(value, numbers.write(value, places))
    return Cell(value, numbers.money(value, currency, places=max(places, minor_digits(currency))))
