"""Compare like with like: as many days, weeks or months of the data's own grain on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, pairwise
from typing import Literal

import msgspec

from apps.analytics.metrics.aggregation import Aggregate, Range, aggregate
from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.measures import ADDITIVES, CURRENCY, components_of
from apps.analytics.metrics.periods import count_days, grain_of_span, period_end
from apps.analytics.metrics.sums import Sums, Unit

#: First and last day, and the currency of money.
_Known = tuple[date, date, str]
#: The length of a span, where it begins among those of its length, and the currency of money.
_Kind = tuple[int, int, str]
_WEEK, _MONTHS = 7, 12
#: A year in whole weeks, so that weekdays match.
_YEAR_OF_WEEKS = 52 * _WEEK
_LEAP_DAY = (2, 29)
_FINER = ("day", "week", "month")


class Against(msgspec.Struct, frozen=True):
    """What a range is compared with: ``first`` and ``last`` are those of ``custom``.

    Days before, or of the year before, begin on the same weekday with ``matches_weekday``.
    """

    kind: Literal["off", "previous", "year", "custom"] = "previous"
    matches_weekday: bool = False
    first: date = date.min
    last: date = date.min


PREVIOUS = Against()


class Side(msgspec.Struct):
    """One side of a comparison: its days, and its sums over rows wholly inside them.

    ``known`` are the days and spans, with the currency of money, of a channel's measure; of the
    whole under None.
    """

    first: date
    last: date
    sums: Aggregate
    known: dict[tuple[str | None, str], set[_Known]]
    #: What was counted: ratios have parts in common.
    counted: dict[tuple[str | None, str], Counter[_Kind]] = {}

    @property
    def totals(self) -> Sums:
        """Return the sums of the whole organization."""
        return self.sums.totals

    def count(self, channel: str | None, measure: str) -> Counter[_Kind]:
        """Count the days and spans of a measure, those of each length and currency apart.

        Spans of one length that begin on different days are of different sources.
        """
        key = channel, measure
        if key not in self.counted:
            known = self.known.get(key, set())
            kinds = [(*_kind_of(first, last), code) for first, last, code in known]
            self.counted[key] = Counter(kinds)
        return self.counted[key]


class Unlike(msgspec.Struct, frozen=True):
    """Why a measure may not be compared: what one side lacks of a part of it.

    ``earlier`` and ``later`` are first and last days, ``counts`` how many units, such as days, of
    them know the part; where both know as many, their currencies or spans differ.
    """

    part: str
    earlier: tuple[date, date]
    later: tuple[date, date]
    counts: tuple[int, int]
    unit: str

    def __str__(self) -> str:
        """Say it in the names of the API."""
        earlier, later = (
            f"between {first} and {last}" for first, last in (self.earlier, self.later)
        )
        return self.say(self.part, earlier, later)

    def say(self, part: str, earlier: str, later: str) -> str:
        """Say it, with what the part and the days of both sides are called."""
        before, after = self.counts
        if not before:
            return f"there is no {part} {earlier}"
        if before != after:
            return f"{part} is known of {before} {self.unit}s {earlier}, and of {after} {later}"
        return f"{part} is in other currencies or spans {earlier} than {later}"


class Comparison(msgspec.Struct):
    """Two sides of equal length, the earlier first."""

    earlier: Side
    later: Side
    grain: str

    def reason_against(self, measure: str, channel: str | None = None) -> Unlike | None:
        """Return why a measure, of a channel or the whole, may not be compared, None where it may.

        A change is told only where both sides know the measure on as many days (weeks, months), in
        each currency: missing days would look like a fall, and additional ones like a rise.
        """
        earlier, later = self.earlier, self.later
        for part in components_of(measure):
            before, after = earlier.count(channel, part), later.count(channel, part)
            if before != after or not before:
                return Unlike(
                    part,
                    (earlier.first, earlier.last),
                    (later.first, later.last),
                    (before.total(), after.total()),
                    self._unit_of(channel, part),
                )
        return None

    def _unit_of(self, channel: str | None, part: str) -> str:
        """Return what a part is known of: days, weeks or months; spans where they differ."""
        known = (side.known.get((channel, part), set()) for side in (self.earlier, self.later))
        grains = {grain_of_span(count_days(first, last)) for first, last, _ in chain(*known)}
        return grains.pop() if len(grains) == 1 else "span"


def compare_with(
    facts: Sequence[Fact],
    span: Range,
    against: Against = PREVIOUS,
    *,
    currency: str,
    by_channel: bool = False,
) -> Comparison | None:
    """Compare a range of complete facts with as many days, weeks or months of another time.

    The coarsest grain among the range's facts decides for all. Where the other time has fewer of
    them, so many of the range are compared, from its beginning. None where the range holds no
    whole unit of it.
    """
    facts = [fact for fact in facts if span.is_over(fact)]
    grain = coarsest_grain(facts, span)
    units = whole_units(facts, span, grain)
    if not units or against.kind == "off":
        return None
    return _compared(
        facts, _find_sides(facts, span, units, grain, against), grain, currency, by_channel
    )


def compare_halves(
    facts: Sequence[Fact], span: Range, *, currency: str, by_channel: bool = False
) -> Comparison | None:
    """Compare the first half of a range's days, weeks or months with the second.

    The halves have equal length: of an odd number the middle belongs to both.
    """
    facts = [fact for fact in facts if span.is_over(fact)]
    grain = coarsest_grain(facts, span)
    units = whole_units(facts, span, grain)
    if len(units) < 2:  # noqa: PLR2004 - two halves
        return None
    sides = _halves(units)
    return None if sides is None else _compared(facts, sides, grain, currency, by_channel)


def coarsest_grain(facts: Iterable[Fact], span: Range) -> str:
    """Return the coarsest grain of the facts that touch a range."""
    lengths = {fact.days for fact in facts if span.touches(fact)}
    return max(map(grain_of_span, lengths), key=_FINER.index, default="day")


def whole_units(facts: Iterable[Fact], span: Range, grain: str) -> list[tuple[date, date]]:
    """Return the days, or the spans of the grain, wholly inside a range, in order.

    Days count whether they have data or not; weeks and months are those that facts have.
    """
    if grain == "day":
        days = range(span.first.toordinal(), min(span.last, span.today).toordinal() + 1)
        return [(date.fromordinal(day), date.fromordinal(day)) for day in days]
    inside = {
        (fact.first, fact.last)
        for fact in facts
        if grain_of_span(fact.days) == grain and span.first <= fact.first and fact.last <= span.last
    }
    return sorted(inside)


def _find_sides(
    facts: Sequence[Fact], span: Range, units: list[Unit], grain: str, against: Against
) -> tuple[Unit, Unit]:
    """Return the earlier side and the range's own, of equal length."""
    whole = (units[0][0], units[-1][1])
    if against.kind == "custom":
        other = Range(against.first, against.last, today=span.today)
        others = whole_units(facts, other, grain)
        most = min(len(others), len(units))
        if not most:
            return (against.first, against.last), whole
        return (others[0][0], others[most - 1][1]), (units[0][0], units[most - 1][1])
    if against.kind == "previous":
        return _before(units, grain, matches_weekday=against.matches_weekday), whole
    if grain == "month" and _are_calendar_months(units):
        return _months_from(whole[0], -_MONTHS, _count_months(*whole)), whole
    if grain != "day" or against.matches_weekday:
        return _shifted(whole, -_YEAR_OF_WEEKS), whole
    earlier = (_year_before(whole[0]), _year_before(whole[1]))
    days = min(count_days(*earlier), count_days(*whole))
    return _cut(earlier, days), _cut(whole, days)


def _before(units: Sequence[Unit], grain: str, *, matches_weekday: bool = False) -> Unit:
    """Return the range just before that holds as many units, whichever day they begin on."""
    first, last = units[0][0], units[-1][1]
    if grain == "month" and _are_calendar_months(units):
        return _months_from(first, -_count_months(first, last), _count_months(first, last))
    days = count_days(first, last)
    is_exact = _are_alike(units) and not matches_weekday
    back = days if is_exact else -(-days // _WEEK) * _WEEK
    return _shifted((first, last), -back)


def _year_before(day: date) -> date:
    """Return the same day a year before, of the 29th of February the 28th."""
    year = max(1, day.year - 1)
    return date(year, 2, 28) if (day.month, day.day) == _LEAP_DAY else day.replace(year=year)


def _cut(days: Unit, count: int) -> Unit:
    return days[0], date.fromordinal(days[0].toordinal() + count - 1)


def _halves(units: Sequence[Unit]) -> tuple[Unit, Unit] | None:
    """Return two parts of equal length; of an odd number of units the middle belongs to both.

    Months are counted by the calendar. Weeks of sources that begin on different days, or with a
    gap, are cut after whole weeks: so each of them is in both parts as often.
    """
    first, last = units[0][0], units[-1][1]
    if _are_calendar_months(units):
        months = _count_months(first, last)
        half = (months + 1) // 2
        return _months_from(first, 0, half), _months_from(first, months - half, half)
    if _are_alike(units):
        half = (len(units) + 1) // 2
        return (first, units[half - 1][1]), (units[-half][0], last)
    weeks = count_days(first, last) // _WEEK
    if weeks < 2:  # noqa: PLR2004 - two halves
        return None
    half = (weeks + 1) // 2
    earlier = (first, date.fromordinal(first.toordinal() + half * _WEEK - 1))
    return earlier, _shifted(earlier, (weeks - half) * _WEEK)


def _are_alike(units: Sequence[Unit]) -> bool:
    """Return whether units are of equal length and each begins the day after the one before."""
    return len({count_days(*unit) for unit in units}) == 1 and all(
        earlier[1].toordinal() + 1 == later[0].toordinal() for earlier, later in pairwise(units)
    )


def _are_calendar_months(units: Sequence[Unit]) -> bool:
    """Return whether each unit is a whole calendar month, or several of them."""
    return all(
        first.day == 1 and period_end(last.replace(day=1), "month") == last for first, last in units
    )


def _count_months(first: date, last: date) -> int:
    return (last.year - first.year) * _MONTHS + last.month - first.month + 1


def _months_from(start: date, skipped: int, months: int) -> Unit:
    """Return so many calendar months, some months after the one that begins on a day."""
    number = max(_MONTHS, start.year * _MONTHS + start.month - 1 + skipped)
    first, final = (
        date(each // _MONTHS, each % _MONTHS + 1, 1) for each in (number, number + months - 1)
    )
    return first, period_end(final, "month")


@lru_cache(maxsize=4096)
def _kind_of(first: date, last: date) -> tuple[int, int]:
    """Return the length of a span and where it begins among those; of months their number."""
    if _are_calendar_months([(first, last)]):
        return 0, _count_months(first, last)
    days = count_days(first, last)
    return days, first.toordinal() % days


def _shifted(days: Unit, by: int) -> Unit:
    first, last = (date.fromordinal(max(1, day.toordinal() + by)) for day in days)
    return first, last


def _compared(
    facts: Sequence[Fact],
    sides: tuple[Unit, Unit],
    grain: str,
    currency: str,
    by_channel: bool,  # noqa: FBT001 - passed on
) -> Comparison:
    def side(first: date, last: date) -> Side:
        inside = [fact for fact in facts if first <= fact.first and fact.last <= last]
        sums = aggregate(
            inside,
            Range(first, last),
            currency=currency,
            dimensions=("channel",) if by_channel else (),
        )
        return Side(first, last, sums, _known(inside))

    return Comparison(side(*sides[0]), side(*sides[1]), grain)


def _known(facts: Iterable[Fact]) -> dict[tuple[str | None, str], set[_Known]]:
    known: dict[tuple[str | None, str], set[_Known]] = {}
    for fact in facts:
        for name in fact.micros:
            code = fact.currency if ADDITIVES[name].unit == CURRENCY else ""
            for channel in (None, fact.channel):
                known.setdefault((channel, name), set()).add((fact.first, fact.last, code))
    return known
