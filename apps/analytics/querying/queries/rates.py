"""Exchange rates of the days that an answer needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec.structs import replace

from apps.analytics.metrics.conversion import Rates, worth_of
from apps.integrations.contract import Integrations, RatesPage, RatesQuery
from omnify.services import client_of


def read_rates(target: str, foreign: Mapping[str, tuple[date, date]]) -> Rates:
    """Return what currencies are worth in another; each is given with its first and last day."""
    if not foreign:
        return {}
    query = RatesQuery(
        target=target,
        currencies=tuple(sorted(foreign)),
        from_date=min(first for first, _ in foreign.values()),
        to_date=max(last for _, last in foreign.values()),
    )
    return {
        (rate.currency, rate.date): worth_of(rate.over, rate.under)
        for page in _pages(query)
        for rate in page.rates
    }


def _pages(query: RatesQuery) -> Iterator[RatesPage]:
    integrations = client_of(Integrations)
    while True:
        page = integrations.exchange_rates(query)
        yield page
        if not page.next:
            return
        query = replace(query, after=page.next)
