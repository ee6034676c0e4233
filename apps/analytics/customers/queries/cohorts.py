"""Answer what became of customers, by the period of their first purchase."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from apps.analytics.customers.messages import (
    Cohort,
    CohortsQuery,
    CohortsResult,
    UnconvertedOrders,
)
from apps.analytics.customers.queries.counting import UNIT, Money, Purchases
from apps.analytics.customers.queries.periods import Periods
from apps.analytics.exceptions import NoOrdersError, QueryInvalidError
from apps.analytics.metrics.conversion import Rates, divide_half_even
from apps.analytics.metrics.sources import find_primary
from apps.analytics.querying.queries.history import today_in
from apps.analytics.querying.queries.rates import read_rates
from apps.analytics.store.records import Connections
from apps.analytics.store.rows import to_source
from apps.auth.contract import Auth
from apps.integrations.contract import Connection
from omnify.money import RATIO_DIGITS, from_micros, minor_digits, round_money
from omnify.services import client_of

_ONE_DAY: Final = timedelta(days=1)
#: By cohort and period; None for what is not known.
Cells = dict[tuple[int, int], Fraction | None]


class Table(NamedTuple):
    """Cohorts with their sizes and cells; a cell that is absent is zero.

    ``digits`` are those of a value. A cumulative one is of all periods so far, per customer.
    """

    sizes: Mapping[int, int]
    cells: Cells
    digits: int
    is_cumulative: bool = False
    unconverted: tuple[UnconvertedOrders, ...] = ()


def get_cohorts(query: CohortsQuery, known: Connections) -> CohortsResult:
    """Return cohorts by period, of the connections that are known.

    Raises:
        QueryInvalidError: the range ends before it begins.
        NoOrdersError: no customer has an order.
    """
    _refuse_reversed(query)
    profile = client_of(Auth).get_organization()
    sources = _list_sources(query, known.connections)
    ids = [each.id for each in sources]
    periods = Periods(query.grain, profile.week_start)
    purchases = Purchases(ids, periods, first=query.from_date, last=query.to_date)
    if not purchases.exist():
        raise NoOrdersError(missing="orders")
    covered_to = _find_end(sources, yesterday=today_in(profile) - _ONE_DAY)
    table = _MEASURES[query.measure](purchases, profile.currency)
    return CohortsResult(
        cohorts=tuple(_iter_cohorts(table, periods, covered_to)),
        currency=profile.currency,
        unconverted=table.unconverted,
        covered_to=covered_to,
        as_of=known.as_of,
        late=known.late,
    )


def _refuse_reversed(query: CohortsQuery) -> None:
    if query.from_date and query.to_date and query.from_date > query.to_date:
        message = f"{query.from_date} is after {query.to_date}."
        raise QueryInvalidError(errors=[{"field": "from", "message": message}])


def _list_sources(query: CohortsQuery, connections: Iterable[Connection]) -> list[Connection]:
    """Return the connections whose orders count, of a brand if one is meant."""
    primary = find_primary({each.id: to_source(each).standing for each in connections})
    is_meant = {query.brand_id} if query.brand_id else {each.brand_id for each in connections}
    return [each for each in connections if each.id in primary and each.brand_id in is_meant]


def _find_end(sources: Iterable[Connection], *, yesterday: date) -> date | None:
    """Return the last day of which all orders are here, None where there is none yet.

    Sources that bring no new orders, such as files, follow each other; of others each has to be
    whole. Today is not over.
    """
    orders = [each.orders for each in sources if each.orders is not None]
    ended = [each.last_date for each in orders if each.last_date is not None]
    running = [each.whole_to for each in orders if each.last_date is None]
    known = [day for day in running if day is not None]
    if running:
        return min(*known, yesterday) if len(known) == len(running) else None
    return min(max(ended), yesterday) if ended else None


def _iter_cohorts(table: Table, periods: Periods, covered_to: date | None) -> Iterator[Cohort]:
    """Yield cohorts with as many values as the first has periods up to the last that orders reach.

    Without a covered day no period is known to be whole.
    """
    if not table.sizes:
        return
    reached = whole = min(table.sizes) - 1
    if covered_to is not None:
        reached = periods.number_of(covered_to)
        whole = reached - (periods.last_day(reached) > covered_to)
    width = max((reached, *(period for _, period in table.cells))) - min(table.sizes) + 1
    for cohort, customers in sorted(table.sizes.items()):
        known = list(_write_values(table, cohort, whole))
        values = (*known, *[None] * (width - len(known)))
        yield Cohort(period=periods.first_day(cohort), customers=customers, values=values)


def _write_values(table: Table, cohort: int, whole: int) -> Iterator[str | None]:
    """Yield the values of a cohort up to the last whole period."""
    total: Fraction | None = Fraction(0)
    for period in range(cohort, whole + 1):
        value = table.cells.get((cohort, period), Fraction(0))
        if table.is_cumulative:
            total = None if value is None or total is None else total + value
            value = None if total is None else total / table.sizes[cohort]
        yield None if value is None else _write(value, table.digits)


def _write(value: Fraction, digits: int) -> str:
    """Return a number with the given decimal places, rounded half to even, however large."""
    scaled = divide_half_even(value.numerator * 10**digits, value.denominator)
    return f"{Decimal(scaled).scaleb(-digits):f}"


def _measure_retention(purchases: Purchases, _currency: str) -> Table:
    buyers = purchases.count_buyers()
    sizes = {cohort: count for (cohort, period), count in buyers.items() if cohort == period}
    cells: Cells = {place: Fraction(count, sizes[place[0]]) for place, count in buyers.items()}
    return Table(sizes, cells, RATIO_DIGITS)


def _measure_revenue(purchases: Purchases, currency: str) -> Table:
    cells, unconverted = _add_up([*purchases.sum_money(currency)], currency)
    return Table(
        purchases.count_customers(),
        cells,
        minor_digits(currency),
        unconverted=unconverted,
    )


def _measure_ltv(purchases: Purchases, currency: str) -> Table:
    revenue = _measure_revenue(purchases, currency)
    return revenue._replace(is_cumulative=True, digits=max(revenue.digits, RATIO_DIGITS))


def _add_up(amounts: list[Money], currency: str) -> tuple[Cells, tuple[UnconvertedOrders, ...]]:
    """Return sums in a currency by cell, and what has no rate, which leaves its cells unknown."""
    rates = _read_rates(amounts, currency)
    cells: Cells = {}
    lacking: set[tuple[int, int]] = set()
    unconverted: dict[str, int] = {}
    for each in amounts:
        place = (each.cohort, each.period)
        worth = Fraction(1) if each.day is None else rates.get((each.currency, each.day))
        if each.micros is None:
            cells.setdefault(place, None)
        elif worth is None:
            lacking.add(place)
            unconverted[each.currency] = unconverted.get(each.currency, 0) + each.micros
        else:
            cells[place] = (cells.get(place) or 0) + each.micros * worth / UNIT
    cells |= dict.fromkeys(lacking)
    return cells, tuple(
        UnconvertedOrders(currency=code, revenue=round_money(from_micros(micros), code))
        for code, micros in sorted(unconverted.items())
    )


def _read_rates(amounts: Iterable[Money], currency: str) -> Rates:
    days: dict[str, list[date]] = {}
    for each in amounts:
        if each.day is not None:
            days.setdefault(each.currency, []).append(each.day)
    return read_rates(currency, {code: (min(own), max(own)) for code, own in days.items()})


_MEASURES: Final[dict[str, Callable[[Purchases, str], Table]]] = {
    "retention": _measure_retention,
    "revenue": _measure_revenue,
    "ltv": _measure_ltv,
}
