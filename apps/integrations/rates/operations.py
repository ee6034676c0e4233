"""Add and delete exchange rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from apps.integrations.connections.models import Connection
from apps.integrations.contract import RatesChanged
from apps.integrations.exceptions import RateInvalidError
from apps.integrations.rates.messages import RateInput
from apps.integrations.rates.models import (
    EARLIEST_DAY,
    ExchangeRate,
    SharedRate,
)
from apps.integrations.rates.queries import get_rate
from apps.integrations.rates.rule import find_problem_of, write_rate
from omnify.context import current_organization_id, current_user_id
from omnify.db import atomic
from omnify.events import publish

TYPED: Final = "typed"
_BATCH: Final = 500


def add_rate(given: RateInput, *, now: datetime) -> ExchangeRate:
    """Add a rate; one of the same day and pair that was typed before is replaced.

    Raises:
        RateInvalidError: ``errors`` names each field that is wrong.
    """
    problems = [
        {"field": field, "message": message}
        for field, message in find_problems(given, today=now.date())
    ]
    if problems:
        raise RateInvalidError(errors=problems)
    same = ExchangeRate.objects.filter(
        csv_import=None, currency=given.currency, date=given.date, base=given.base
    )
    with atomic("integrations"):
        # The newest counts: a new row, with a new id.
        same.delete()
        rate = ExchangeRate.objects.create(
            date=given.date,
            base=given.base,
            currency=given.currency,
            rate=write_rate(given.rate),
            source=TYPED,
            created_by=current_user_id(),
        )
        publish_change(given.date, given.date)
    return rate


class Loaded(NamedTuple):
    """What a file of shared rates brought: rates, and days."""

    rates: int
    days: int


def load_rates(rates: Iterable[RateInput], *, source: str, now: datetime) -> Loaded:
    """Keep rates for all organizations, or none; those of the same day and pair are replaced.

    Organizations that have anything connected are told of the days.

    Raises:
        RateInvalidError: ``errors`` names what is wrong with a rate.
    """
    given = list(rates)
    for each in given:
        if problems := list(find_problems(each, today=now.date())):
            field, message = problems[0]
            raise RateInvalidError(errors=[{"field": field, "message": message}])
    rows = [
        SharedRate(
            date=each.date,
            base=each.base,
            currency=each.currency,
            rate=write_rate(each.rate),
            source=source,
        )
        for each in given
    ]
    days = sorted({each.date for each in given})
    with atomic("integrations"):
        SharedRate.objects.bulk_create(
            rows,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["currency", "date", "base"],
            update_fields=["rate", "source"],
        )
        for organization_id in _list_organizations() if days else ():
            publish(
                RatesChanged(
                    organization_id=organization_id, first_date=days[0], last_date=days[-1]
                )
            )
    return Loaded(rates=len(given), days=len(days))


def _list_organizations() -> Iterator[UUID]:
    rows = Connection.unscoped.order_by("organization_id").values_list("organization_id", flat=True)
    return rows.distinct().iterator()


def delete_rate(rate_id: UUID) -> None:
    """Delete a rate of the organization's own; an older or shared one may count then.

    Raises:
        RateNotFoundError: the organization has no such rate.
    """
    rate = get_rate(rate_id)
    with atomic("integrations"):
        rate.delete()
        publish_change(rate.date, rate.date)


def find_problems(given: RateInput, *, today: date) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a rate, each with its field."""
    if given.base == given.currency:
        yield "currency", f"Name two currencies: 1 {given.base} is 1 {given.base} on any day."
    if not EARLIEST_DAY <= given.date <= today + timedelta(days=1):
        yield "date", f"{given.date} is not between {EARLIEST_DAY} and tomorrow."
    problem = find_problem_of(given.rate)
    if problem:
        yield "rate", problem


def publish_change(first: date, last: date) -> None:
    """Publish that the organization has other rates between two days."""
    publish(
        RatesChanged(organization_id=current_organization_id(), first_date=first, last_date=last)
    )
