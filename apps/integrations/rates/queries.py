"""Which exchange rates there are, and what they come to by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.integrations.contract import MAX_PAGE, RatesQuery
from apps.integrations.exceptions import RateNotFoundError
from apps.integrations.metrics.queries import list_foreign_days
from apps.integrations.rates.messages import RatesFilter
from apps.integrations.rates.models import EARLIEST_DAY, ExchangeRate, SharedRate
from apps.integrations.rates.rule import MOST_DAYS_BACK, Price, Quote, Quotes
from omnify.exceptions import CursorInvalidError
from omnify.money import CURRENCIES

#: Those that were typed, and those of files whose imports count.
_COUNTS: Final = Q(csv_import__isnull=True) | Q(csv_import__state="active")


def list_rates(asked: RatesFilter) -> QuerySet[Any]:
    """Return the organization's own rates that count, or those of all, the newest first."""
    rates: QuerySet[Any] = (
        SharedRate.objects.all() if asked.shared else ExchangeRate.objects.filter(_COUNTS)
    )
    fields = {
        "base": asked.base,
        "currency": asked.currency,
        "date__gte": asked.from_date,
        "date__lte": asked.to_date,
    }
    return rates.filter(**{name: value for name, value in fields.items() if value is not None})


def get_rate(rate_id: UUID) -> ExchangeRate:
    """Return a rate of the organization's own that counts.

    Raises:
        RateNotFoundError: the organization has no such rate.
    """
    rates = ExchangeRate.objects.filter(_COUNTS)
    refusal = RateNotFoundError(rate_id=rate_id)
    return rates.get_or_refuse(refusal, id=rate_id)


class Lacking(NamedTuple):
    """A currency of the organization's data, and its days without a rate."""

    currency: str
    first: date
    last: date
    days: int


def list_lacking(target: str) -> list[Lacking]:
    """Return the currencies of metrics of which days lack a rate, by code."""
    days: dict[str, list[date]] = {}
    for currency, day in list_foreign_days(target):
        days.setdefault(currency, []).append(day)
    found = []
    for currency, needed in sorted(days.items()):
        first, last = max(min(needed), EARLIEST_DAY), max(needed)
        quotes = Quotes(_list_quotes(first, last, (currency, target)))
        known = {day for day, _ in quotes.prices(first, last, currency, target)}
        lacking = sorted(set(needed) - known)
        if lacking:
            found.append(Lacking(currency, lacking[0], lacking[-1], len(lacking)))
    return found


def list_prices(query: RatesQuery) -> tuple[list[tuple[date, str, Price]], str]:
    """Return a page of what currencies are worth by day, and the next page's cursor, else empty.

    Raises:
        CursorInvalidError: no page gave the cursor.
    """
    currencies = tuple(code for code in dict.fromkeys(query.currencies) if code in CURRENCIES)
    first = max(query.from_date, EARLIEST_DAY)
    if query.after:
        first = max(first, _parse_cursor(query.after))
    if first > query.to_date or not currencies or query.target not in CURRENCIES:
        return [], ""
    end = first.toordinal() + MAX_PAGE // len(currencies)
    last = min(query.to_date, date.fromordinal(min(end - 1, date.max.toordinal())))
    quotes = Quotes(_list_quotes(first, last, (*currencies, query.target)))
    prices = sorted(
        (day, currency, price)
        for currency in currencies
        for day, price in quotes.prices(first, last, currency, query.target)
    )
    return prices, date.fromordinal(end).isoformat() if last < query.to_date else ""


def _list_quotes(first: date, last: date, currencies: tuple[str, ...]) -> Iterator[Quote]:
    """Yield the rates that days between some currencies may rest on, the deciding ones last.

    Whether directly or through a base, each leads to one of the currencies.
    """
    few = {
        "currency__in": currencies,
        "date__gte": first - timedelta(days=MOST_DAYS_BACK),
        "date__lte": last,
    }
    shared, own = SharedRate.objects.filter(**few), ExchangeRate.objects.filter(_COUNTS, **few)
    for rates in (shared, own):
        rows = rates.order_by("id").values_list("date", "base", "currency", "rate")
        for day, base, currency, rate in rows:
            yield Quote(day, base, currency, Decimal(rate))


def _parse_cursor(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CursorInvalidError from error
