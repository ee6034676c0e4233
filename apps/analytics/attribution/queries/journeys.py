"""The journeys of an organization's customers, from the touchpoints and orders that are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, F, Max, Min, Q, QuerySet, Sum, Value, When

from apps.analytics.attribution.crediting.journeys import (
    Journey,
    Purchase,
    Span,
    Touch,
    split_journeys,
)
from apps.analytics.attribution.models import STEP, StoredTouchpoint
from apps.analytics.customers.models import StoredOrder
from apps.analytics.metrics.conversion import Rates, divide_half_even
from apps.analytics.metrics.sources import find_primary
from apps.analytics.querying.queries.rates import read_rates
from apps.analytics.store.rows import to_source
from apps.integrations.contract import Connection
from omnify.giving_way import giving_way

#: The orders of so many customers are read at once.
_CUSTOMERS: Final = 500
#: Sums are of whole units and of what is left of them: neither overflows.
_UNIT: Final = 1_000_000
_NUMBERS: Final = ("conversions", "value", "nulls")
_TOUCH: Final = (
    *("customer", "date", "at", "path", "rows", "currency"),
    *("conversions_micros", "value_micros"),
)


class Journeys:
    """The journeys that end in a span, read once; what they come to is known afterwards.

    Attributes:
        channels: all that were touched.
        conversions, value, nulls: sums in millionths; ``value`` is None while none is known.
        unconverted: by currency, the value that has no rate.
        has_whole_paths: whether any journey was told as a whole, without times.
    """

    def __init__(self, span: Span, currency: str, order_sources: frozenset[UUID]) -> None:
        self.channels: set[str] = set()
        self.conversions = self.nulls = 0
        self.value: int | None = None
        self.unconverted: dict[str, int] = defaultdict(int)
        self.has_whole_paths = False
        self._span = span
        self._currency = currency
        self._order_sources = order_sources
        self._rates: Rates = {}

    def __iter__(self) -> Iterator[Journey]:
        """Yield alike whole paths as one, then the journeys of each customer."""
        self._rates = self._read_rates()
        for journey in giving_way(self._iter_all()):
            self.channels.update(journey.channels)
            self.conversions += journey.conversions
            self.nulls += journey.nulls
            self.has_whole_paths |= journey.ages is None
            if journey.value is not None:
                self.value = (self.value or 0) + journey.value
            yield journey

    def _iter_all(self) -> Iterator[Journey]:
        yield from self._iter_paths()
        yield from self._iter_customers()

    def _iter_paths(self) -> Iterator[Journey]:
        days = (self._span.first, self._span.last)
        rows = StoredTouchpoint.objects.filter(customer="", date__range=days)
        paid_on = Case(When(currency=self._currency, then=Value(None)), default="date")
        known = Q(conversions_micros__gt=0) | Q(nulls_micros__gt=0)
        found = rows.filter(known).order_by().values("path", "currency", day=paid_on)
        for row in found.annotate(**_sums()).iterator():
            conversions, value, nulls = (_add(row, name) for name in _NUMBERS)
            if conversions:
                value = self._convert(value, row["currency"], row["day"])
            yield Journey(tuple(row["path"].split(STEP)), None, conversions or 0, value, nulls or 0)

    def _iter_customers(self) -> Iterator[Journey]:
        rows = self._within(StoredTouchpoint.objects.exclude(customer=""))
        touches = rows.order_by("customer", "date", "id").values_list(*_TOUCH).iterator()
        by_customer = groupby(touches, key=itemgetter(0))
        sources = self._order_sources
        while some := {
            customer: [*map(self._to_touch, own)]
            for customer, own in islice(by_customer, _CUSTOMERS)
        }:
            purchases = self._read_purchases(some, sources) if sources else None
            for customer, own in some.items():
                orders = None if purchases is None else purchases[customer]
                yield from split_journeys(own, orders, self._span)

    def _read_purchases(
        self, customers: Mapping[str, Any], sources: frozenset[Any]
    ) -> dict[str, list[Purchase]]:
        rows = StoredOrder.objects.filter(
            customer__in=customers, source_id__in=sources, is_refund=False
        )
        found: dict[str, list[Purchase]] = defaultdict(list)
        values = self._within(rows).values_list("customer", "date", "currency", "revenue_micros")
        for customer, day, currency, micros in values:
            found[customer].append(Purchase(day, self._value_on(day, micros, currency)))
        return found

    def _to_touch(self, row: tuple[Any, ...]) -> Touch:
        _, day, at, channel, times, currency, conversions, value = row
        worth = self._value_on(day, value, currency) if conversions else None
        return Touch(day, at, channel, times, conversions, worth)

    def _value_on(self, day: date, micros: int | None, currency: str) -> int | None:
        """Return the value of a conversion, if its journey counts."""
        return self._convert(micros, currency, day) if self._span.first <= day else None

    def _convert(self, micros: int | None, currency: str, day: date | None) -> int | None:
        """Return an amount in the organization's currency, None without a rate."""
        if micros is None or currency == self._currency or day is None:
            return micros
        rate = self._rates.get((currency, day))
        if rate is None:
            self.unconverted[currency] += micros
            return None
        return divide_half_even(micros * rate.numerator, rate.denominator)

    def _within(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that journeys of the span may consist of."""
        rows = rows.filter(date__lte=self._span.last)
        if self._span.window is None:
            return rows
        # No day is before the first of all.
        first = max(self._span.first.toordinal() - self._span.window, 1)
        return rows.filter(date__gte=date.fromordinal(first))

    def _read_rates(self) -> Rates:
        days = (self._span.first, self._span.last)
        foreign: dict[str, tuple[date, date]] = {}
        for model in (StoredTouchpoint, StoredOrder):
            rows = model.objects.filter(date__range=days).exclude(currency__in=("", self._currency))
            by_currency = rows.order_by().values("currency")
            found = by_currency.annotate(first=Min("date"), last=Max("date"))
            for code, first, last in found.values_list("currency", "first", "last"):
                known = foreign.get(code, (first, last))
                foreign[code] = (min(first, known[0]), max(last, known[1]))
        return read_rates(self._currency, foreign)


def find_days(today: date, order_sources: frozenset[UUID]) -> tuple[date, date] | None:
    """Return the first day with touchpoints and the last with these or orders, else None.

    Days in the future do not count.
    """
    ends = {"first": Min("date"), "last": Max("date")}
    touched = StoredTouchpoint.objects.filter(date__lte=today).aggregate(**ends)
    if touched["first"] is None:
        return None
    orders = StoredOrder.objects.filter(
        source_id__in=order_sources, is_refund=False, date__lte=today
    ).aggregate(last=Max("date"))
    return touched["first"], max(touched["last"], orders["last"] or touched["last"])


def find_order_sources(connections: Iterable[Connection]) -> frozenset[UUID]:
    """Return the connections whose orders count."""
    return find_primary({each.id: to_source(each).standing for each in connections})


def _sums() -> dict[str, Any]:
    sums: dict[str, Any] = {}
    for name in _NUMBERS:
        column = F(f"{name}_micros")
        sums |= {name: Sum(column / _UNIT), f"{name}_rest": Sum(column % _UNIT)}
    return sums


def _add(row: Mapping[str, Any], name: str) -> int | None:
    units = row[name]
    return None if units is None else int(units) * _UNIT + int(row[f"{name}_rest"])
