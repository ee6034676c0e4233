"""Count and sum what customers bought by the period of their first purchase, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import Case, F, Min, QuerySet, Value, When
from django.db.models.functions import Coalesce

from apps.analytics.customers.models import StoredOrder
from apps.analytics.customers.queries.periods import Periods
from omnify.db import atomic

#: Millionths of one. Sums are of whole units and of what is left of them: neither overflows.
UNIT: Final = 1_000_000
# SQLite takes what stands on the left of a cross join first, and so looks customers up among the
# firsts, which are fewer than what they bought; PostgreSQL plans it as any other join.
_SIZES: Final = (
    "WITH firsts (customer, first, cohort) AS ({firsts})"
    " SELECT cohort, COUNT(*) FROM firsts GROUP BY cohort"
)
_BUYERS: Final = (
    "WITH firsts (customer, first, cohort) AS ({firsts}), bought (customer, period) AS ({rows})"
    " SELECT cohort, period, COUNT(*) FROM bought CROSS JOIN firsts"
    " WHERE firsts.customer = bought.customer GROUP BY cohort, period"
)
_MONEY: Final = (
    "WITH firsts (customer, first, cohort) AS ({firsts}),"
    " moved (customer, period, currency, day, micros) AS ({rows})"
    " SELECT cohort, period, currency, day, SUM(micros / {unit}), SUM(micros %% {unit})"
    " FROM moved CROSS JOIN firsts WHERE firsts.customer = moved.customer AND cohort <= period"
    " GROUP BY cohort, period, currency, day"
)


class Money(NamedTuple):
    """What a cohort paid in a period, less what was paid back.

    ``day`` is None in the organization's own currency, whose days are one sum. ``micros`` is None
    where nothing is known of any amount.
    """

    cohort: int
    period: int
    currency: str
    day: date | None
    micros: int | None


class Purchases:
    """What customers bought from some sources, of those whose first purchase is in some periods.

    These are the periods of the days ``first`` and ``last``, and those between them.
    """

    def __init__(
        self,
        sources: Collection[UUID],
        periods: Periods,
        *,
        first: date | None = None,
        last: date | None = None,
    ) -> None:
        self._rows = StoredOrder.objects.filter(source_id__in=sources).exclude(customer="")
        self._sales = self._rows.filter(is_refund=False)
        self._periods = periods
        shown = {}
        if first is not None:
            shown["first__gte"] = periods.first_day(periods.number_of(first))
        if last is not None:
            shown["first__lte"] = periods.last_day(periods.number_of(last))
        by_customer = self._sales.order_by().values("customer").annotate(first=Min("date"))
        number = periods.number_in_sql(Min("date"))
        self._firsts = by_customer.filter(**shown).annotate(cohort=number)

    def exist(self) -> bool:
        """Tell whether any customer ever bought anything."""
        return self._sales.exists()

    def count_customers(self) -> dict[int, int]:
        """Return how many customers each cohort has."""
        return dict(self._run(_SIZES))

    def count_buyers(self) -> dict[tuple[int, int], int]:
        """Return how many customers of a cohort bought in a period."""
        number = self._periods.number_in_sql("date")
        bought = self._sales.order_by().values_list("customer", number).distinct()
        return {(cohort, period): count for cohort, period, count in self._run(_BUYERS, bought)}

    def sum_money(self, currency: str) -> Iterator[Money]:
        """Yield what cohorts paid by period, in another currency than the given one by day."""
        sales = self._dated("date", F("revenue_micros"), currency, self._sales)
        refunded = self._rows.filter(refund_micros__isnull=False)
        day = Coalesce("refund_date", "date")
        refunds = self._dated(day, -F("refund_micros"), currency, refunded)
        moved = sales.union(refunds, all=True)
        for cohort, period, code, paid_on, units, rest in self._run(_MONEY, moved):
            micros = None if units is None else int(units) * UNIT + int(rest)
            yield Money(cohort, period, code, _to_day(paid_on), micros)

    def _dated(self, day: Any, micros: Any, currency: str, rows: QuerySet[Any]) -> QuerySet[Any]:
        rate_day = Case(When(currency=currency, then=Value(None)), default=day)
        columns = (self._periods.number_in_sql(day), "currency", rate_day, micros)
        return rows.order_by().values_list("customer", *columns)

    def _run(self, statement: str, rows: QuerySet[Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a statement over the organization's own, as Django compiles these."""
        queries = {"firsts": self._firsts} | ({} if rows is None else {"rows": rows})
        parts, values = {}, []
        for name, query in queries.items():
            parts[name], own = query.query.get_compiler(query.db).as_sql()
            values += own
        connection = connections[self._rows.db]
        with atomic("analytics"), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # It expects few rows of a table that it has not analyzed yet, as after an import,
                # and would compare each customer with each.
                cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(statement.format(**parts, unit=UNIT), values)
            return list(cursor.fetchall())


def _to_day(value: date | str | None) -> date | None:
    """Return a day that SQLite may give as a text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
