"""Cohorts as a heatmap, for people and for files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from msgspec.structs import replace

from apps.analytics.customers.messages import Cohort, CohortsQuery, CohortsResult
from omnify.money import minor_digits
from omnify.pages import numbers
from omnify.pages.days import say_day, say_month
from omnify.pages.parts import MOST_HEAT, Cell, Column, Empty, Table

#: The page shows so many cohorts, the latest, and so many periods of each; files have all.
MOST_COHORTS: Final = 36
MOST_PERIODS: Final = 24
_CAPTIONS: Final = {
    "retention": "Share of customers who bought",
    "revenue": "Revenue net of refunds",
    "ltv": "Revenue per customer so far",
}
_NOT_YET: Final = "not yet over"
_UNKNOWN: Final = "an amount or its exchange rate is unknown"
_ONE_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_MONTHS: Final = 12


def cohort_table(result: CohortsResult, query: CohortsQuery) -> Table:
    """Return a row a cohort, with a column for each period since the first purchase."""
    unit = "" if query.measure == "retention" else result.currency
    width = _width_of(result)
    columns = [
        Column(f"{query.grain}_{at}", f"+{at}" if at else "First", unit, is_number=True)
        for at in range(width)
    ]
    heats = _Heats(result)
    return Table(
        id="cohorts",
        caption=f"{_CAPTIONS[query.measure]}, by {query.grain}s since the first purchase",
        columns=(
            Column("cohort", f"First {query.grain}"),
            Column("customers", "Customers", is_number=True, is_key=True),
            *(replace(column, is_key=at == 1) for at, column in enumerate(columns)),
        ),
        rows=tuple(
            (
                Cell(each.period, _say(each.period, query.grain)),
                Cell(each.customers, numbers.count(each.customers)),
                *_iter_cells(each, result, query, heats),
            )
            for each in result.cohorts
        ),
        empty=Empty(
            title="No customer bought for the first time in these days",
            text="Choose other days, or none to see all.",
        ),
    )


def shorten(table: Table) -> Table:
    """Return a table as the page has it: the latest cohorts, and not all of their periods."""
    shown = len(table.columns) - _width_of_table(table) + MOST_PERIODS
    columns = (replace(each, is_shown=at < shown) for at, each in enumerate(table.columns))
    return replace(table, columns=tuple(columns), rows=table.rows[-MOST_COHORTS:])


def say_shortened(table: Table, grain: str) -> str:
    """Return what of a table the page leaves to files, nothing where it shows all."""
    left = []
    if len(table.rows) > MOST_COHORTS:
        left.append(f"the latest {MOST_COHORTS} of {len(table.rows)} cohorts")
    if (width := _width_of_table(table)) > MOST_PERIODS:
        left.append(f"{MOST_PERIODS} of {width} {grain}s")
    return f"Shown here: {' and '.join(left)}. The files have all." if left else ""


class _Heats:
    """How strong the colour of a value is beside those after the first period, the usual peak."""

    def __init__(self, result: CohortsResult) -> None:
        later = (value for each in result.cohorts for value in each.values[1:] if value)
        self._most = max(map(Decimal, later), default=Decimal(0))

    def find(self, value: Decimal) -> int:
        """Return the heat of a value."""
        if value <= 0:
            return 0
        if value >= self._most:
            return MOST_HEAT
        return int((value / self._most * MOST_HEAT).to_integral_value(ROUND_CEILING))


def _iter_cells(
    cohort: Cohort, result: CohortsResult, query: CohortsQuery, heats: _Heats
) -> Iterator[Cell]:
    whole = _count_whole(cohort.period, result.covered_to, query.grain)
    for at, text in enumerate(cohort.values):
        if text is None:
            yield Cell(reason=_NOT_YET if at >= whole else _UNKNOWN)
            continue
        value = Decimal(text)
        shown = (
            numbers.share(value)
            if query.measure == "retention"
            else numbers.write(value, minor_digits(result.currency))
        )
        yield Cell(value, shown, heat=heats.find(value))


def _count_whole(period: date, covered_to: date | None, grain: str) -> int:
    """Return how many periods from a given one on are over, as far as orders are known."""
    if covered_to is None:
        return 0
    after = covered_to + _ONE_DAY
    if grain == "month":
        return (after.year - period.year) * _MONTHS + after.month - period.month
    return (after - period).days // _WEEK


def _say(period: date, grain: str) -> str:
    return say_month(period) if grain == "month" else say_day(period)


def _width_of(result: CohortsResult) -> int:
    return max((len(each.values) for each in result.cohorts), default=0)


def _width_of_table(table: Table) -> int:
    """Return how many periods a table has, beside the names of cohorts and their sizes."""
    return len(table.columns) - len(("cohort", "customers"))
