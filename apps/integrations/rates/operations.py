"""Add and delete exchange rates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from apps.integrations.contract import RatesChanged
from apps.integrations.exceptions import RateInvalidError
from apps.integrations.rates.messages import MOST_DIGITS, TOO_LARGE, RateInput
from apps.integrations.rates.models import EARLIEST_DAY, MAX_RATE_LENGTH, ExchangeRate
from apps.integrations.rates.queries import get_rate
from omnify.context import current_organization_id, current_user_id
from omnify.db import atomic
from omnify.events import publish

TYPED: Final = "typed"


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


def find_problem_of(rate: Decimal) -> str:
    """Return what is wrong with a rate's number, empty if nothing is."""
    said = str(rate)[:MAX_RATE_LENGTH]
    if not rate.is_finite() or not 0 < rate < TOO_LARGE:
        return f"'{said}' is not more than 0 and less than {TOO_LARGE:,}."
    is_tiny = rate.adjusted() < -MOST_DIGITS
    whole, _, behind = ("", "", "") if is_tiny else write_rate(rate).partition(".")
    if is_tiny or len(behind) > MOST_DIGITS or len((whole + behind).lstrip("0")) > MOST_DIGITS:
        return f"'{said}' has more than {MOST_DIGITS} digits in all or behind the point."
    return ""


def write_rate(rate: Decimal) -> str:
    """Return a rate as it is kept: all of its digits, and no zeros behind them."""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def publish_change(first: date, last: date) -> None:
    """Publish that the organization has other rates between two days."""
    publish(
        RatesChanged(organization_id=current_organization_id(), first_date=first, last_date=last)
    )
