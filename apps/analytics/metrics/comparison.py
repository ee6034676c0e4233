"""Compare like with like: as many days, weeks or months of the data's own grain on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from apps.analytics.metrics.aggregation import Aggregate, Range, aggregate
from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.measures import components_of
from apps.analytics.metrics.periods import count_days, grain_of_span
from apps.analytics.metrics.sums import Sums

_MONTHS = 12
_FINER = ("day", "week", "month")


class Side(msgspec.Struct):
    """One side of a comparison: its days, and its sums over rows wholly inside them."""

    first: date
    last: date
    sums: Aggregate
    known: dict[str, set[tuple[date, date]]]

    @property
    def totals(self) -> Sums:
        """Return the sums of the whole organization."""
        return self.sums.totals


class Comparison(msgspec.Struct):
    """Two sides of equal length, the earlier first."""

    earlier: Side
    later: Side
    grain: str

    def reason_against(self, measure: str) -> str:
        """Return why a measure may not be compared, empty where it may.

        A change is told only where both sides know the measure on as many days (weeks, months):
        missing days would look like a fall, and additional ones like a rise.
        """
        for part in components_of(measure):
            before = len(self.earlier.known.get(part, ()))
            after = len(self.later.known.get(part, ()))
            if not before:
                return f"there is no {part} between {self.earlier.first} and {self.earlier.last}"
            if before != after:
                return (
                    f"{part} is known of {before} {self.grain}s between {self.earlier.first} and"
                    f" {self.earlier.last}, and of {after} between {self.later.first} and"
                    f" {self.later.last}"
                )
        return ""


def compare_with_previous(
    facts: Sequence[Fact], span: Range, *, currency: str, by_channel: bool = False
) -> Comparison | None:
    """Compare a range of complete facts with as many days, weeks or months just before.

    The coarsest grain among the range's facts decides for all. None where the range holds no
    whole unit of it.
    """
    grain = coarsest_grain(facts, span)
    units = whole_units(facts, span, grain)
    if not units:
        return None
    first, last = units[0][0], units[-1][1]
    sides = (_before(first, last, grain, len(units)), (first, last))
    return _compared(facts, sides, grain, currency, by_channel)


def compare_halves(
    facts: Sequence[Fact], span: Range, *, currency: str, by_channel: bool = False
) -> Comparison | None:
    """Compare the first half of a range's days, weeks or months with the second.

    The halves have equal length: of an odd number the middle belongs to both.
    """
    grain = coarsest_grain(facts, span)
    units = whole_units(facts, span, grain)
    if len(units) < 2:  # noqa: PLR2004 - two halves
        return None
    half = (len(units) + 1) // 2
    earlier, later = units[:half], units[-half:]
    sides = ((earlier[0][0], earlier[-1][1]), (later[0][0], later[-1][1]))
    return _compared(facts, sides, grain, currency, by_channel)


def coarsest_grain(facts: Iterable[Fact], span: Range) -> str:
    """Return the coarsest grain of the facts that touch a range."""
    grains = (
        grain_of_span(fact.days)
        for fact in facts
        if fact.first <= span.last and span.first <= fact.last
    )
    return max(grains, key=_FINER.index, default="day")


def whole_units(facts: Iterable[Fact], span: Range, grain: str) -> list[tuple[date, date]]:
    """Return the days, or the spans of the grain, wholly inside a range, in order.

    Days count whether they have data or not; weeks and months are those that facts have.
    """
    if grain == "day":
        days = range(span.first.toordinal(), span.last.toordinal() + 1)
        return [(date.fromordinal(day), date.fromordinal(day)) for day in days]
    inside = {
        (fact.first, fact.last)
        for fact in facts
        if grain_of_span(fact.days) == grain and span.first <= fact.first and fact.last <= span.last
    }
    return sorted(inside)


def _before(first: date, last: date, grain: str, units: int) -> tuple[date, date]:
    """Return the range of as many units that ends the day before ``first``."""
    end = date.fromordinal(max(1, first.toordinal() - 1))
    if grain == "month":
        months = max(_MONTHS, first.year * _MONTHS + first.month - 1 - units)
        return date(months // _MONTHS, months % _MONTHS + 1, 1), end
    days = count_days(first, last)
    return date.fromordinal(max(1, first.toordinal() - days)), end


def _compared(
    facts: Sequence[Fact],
    sides: tuple[tuple[date, date], tuple[date, date]],
    grain: str,
    currency: str,
    by_channel: bool,  # noqa: FBT001 - passed on
) -> Comparison:
    def side(days: tuple[date, date]) -> Side:
        inside = [fact for fact in facts if days[0] <= fact.first and fact.last <= days[1]]
        known: dict[str, set[tuple[date, date]]] = {}
        for fact in inside:
            for name in fact.micros:
                known.setdefault(name, set()).add((fact.first, fact.last))
        sums = aggregate(
            inside,
            Range(*days),
            currency=currency,
            dimensions=("channel",) if by_channel else (),
        )
        return Side(*days, sums, known)

    return Comparison(side(sides[0]), side(sides[1]), grain)
