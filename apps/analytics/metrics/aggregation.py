"""Sum facts by channel and period, and tell what each sum rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import msgspec

from apps.analytics.contract import DaysWithData
from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.measures import ADDITIVES, CURRENCY, components_of
from apps.analytics.metrics.periods import count_days, period_end, period_start
from apps.analytics.metrics.sums import Sums

Key = tuple[str | None, date | None]


class Range(msgspec.Struct, frozen=True):
    """The days of a question, both included, and how they are cut into periods.

    Days after ``today`` are not over: nothing can be known of them yet.
    """

    first: date
    last: date
    grain: str = "day"
    week_start: str = "monday"
    today: date = date.max

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return count_days(self.first, self.last)

    def holds(self, fact: Fact) -> bool:
        """Return whether the range counts a fact: it holds its first day and is as long."""
        is_short = fact.first == fact.last or fact.days <= self.days
        return is_short and self.first <= fact.first <= self.last

    def cuts(self, fact: Fact) -> bool:
        """Return whether a fact is of more days than the range, some of which are in it."""
        return fact.days > self.days and self.touches(fact)

    def touches(self, fact: Fact) -> bool:
        """Return whether some day of a fact is in the range."""
        return fact.first <= self.last and self.first <= fact.last

    def is_over(self, fact: Fact) -> bool:
        """Return whether the last day of a fact has come."""
        return fact.last <= self.today

    def period_of(self, fact: Fact) -> date | None:
        """Return the first day of the period that holds a fact whole, None where none does."""
        start = period_start(fact.first, self.grain, self.week_start)
        if fact.first == fact.last:
            return start
        return start if fact.last <= period_end(start, self.grain) else None


class Aggregate(msgspec.Struct):
    """Sums by channel and period, and of the whole range."""

    span: Range
    currency: str
    rows: dict[Key, Sums] = {}
    totals: Sums = msgspec.field(default_factory=Sums)
    #: By key of a row with a period, the days of facts that know the same measures, by the names of
    #: those that count and by how many days a fact has.
    days: dict[Key, dict[tuple[tuple[str, ...], int], set[int]]] = {}
    #: By channel, the days of which a part is known only of spans that no period holds.
    cut: dict[str | None, dict[str, set[int]]] = {}
    #: By channel, the measures that are known in some period.
    ever: dict[str | None, set[str]] = {}

    def days_of(self, key: Key, measures: Iterable[str]) -> DaysWithData:
        """Return the days with data of a row's period; the measure with the fewest counts.

        Measures that the channel never knows in the range do not count, nor do days of which a
        part is known only of a longer span, that facts of another length lack, or that are still
        to come. Days after the range count in a span that began in it.
        """
        channel, period = key
        if period is None:
            raise ValueError("a row without a period has no days")
        parts = {part for name in measures for part in components_of(name)}
        end = period_end(period, self.span.grain)
        ever = self.ever.get(channel, set())
        counts = [len(self._known(key, name, end)) for name in parts & ever]
        return DaysWithData(known=min(counts, default=0), of=count_days(period, end))

    def _known(self, key: Key, name: str, end: date) -> set[int]:
        """Return the days of the row's period, which ends with ``end``, that know a measure."""
        by_length: dict[int, set[int]] = {}
        for (names, length), days in self.days[key].items():
            if name in names:
                by_length.setdefault(length, set()).update(days)
        known = set.intersection(*by_length.values()) if by_length else set()
        if cut := self.cut.get(key[0], {}).get(name):
            known -= cut
        if end <= self.span.today:
            return known
        today = self.span.today.toordinal()
        return {day for day in known if day <= today}

    def count(self, key: Key, fact: Fact) -> None:
        """Add a fact to a row."""
        self.rows.setdefault(key, Sums()).add(fact, self.currency)
        if key[1] is None:
            return
        names = counting(tuple(fact.micros), is_converted=fact.currency == self.currency)
        groups, group = self.days.setdefault(key, {}), (names, fact.days)
        if group not in groups:
            groups[group] = set()
            self.ever.setdefault(key[0], set()).update(names)
        groups[group].update(_days(fact.first, fact.last))

    def leave_out(self, key: Key, fact: Fact) -> None:
        """Note a span that no period of the range holds, in the rows whose days it overlaps."""
        days = _days(max(fact.first, self.span.first), min(fact.last, self.span.last))
        cut = self.cut.setdefault(key[0], {})
        for name in fact.micros:
            cut.setdefault(name, set()).update(days)
        if key[0] not in self.ever:
            # The channel has no row at all.
            return
        periods = {
            period_start(date.fromordinal(day), self.span.grain, self.span.week_start)
            for day in days
        }
        for period in periods:
            if row := self.rows.get((key[0], period)):
                row.note_outside(fact)


def aggregate(
    facts: Iterable[Fact],
    span: Range,
    *,
    currency: str,
    dimensions: tuple[str, ...] = (),
) -> Aggregate:
    """Sum complete facts (see ``complete_facts``) over a range of days, by dimensions.

    A span of days counts whole in the range that holds its first day and is as long, and in the
    period that holds it whole; it is never split. What a fact says of more days than the range has
    is unknown there. Money in another currency than ``currency`` is left out, with its facts'
    ratios. A measure of the organization as a whole, such as the shop's revenue, is unknown on a
    channel's row.
    """
    result = Aggregate(span, currency)
    left_out = []
    for fact in facts:
        if not span.touches(fact):
            continue
        key, is_held = _key(fact, span, dimensions), span.holds(fact)
        if is_held:
            result.totals.add(fact, currency)
        else:
            result.totals.note_outside(fact)
            if span.cuts(fact):
                result.totals.unknown.update(fact.micros)
        if key is None:
            continue
        if "period" not in dimensions:
            _count_whole(result, key, fact, is_held=is_held)
        elif is_held and key[1] is not None:
            result.count(key, fact)
        else:
            left_out.append((key, fact))
    for key, fact in left_out:
        result.leave_out(key, fact)
    return result


def _count_whole(result: Aggregate, key: Key, fact: Fact, *, is_held: bool) -> None:
    """Add a fact to a row of the whole range, or note that it is cut there."""
    if is_held:
        result.count(key, fact)
    elif result.span.cuts(fact):
        result.rows.setdefault(key, Sums()).unknown.update(fact.micros)


def _key(fact: Fact, span: Range, dimensions: tuple[str, ...]) -> Key | None:
    """Return the row that a fact belongs to, None where it belongs to none.

    Its period is None where none holds the fact whole.
    """
    if not dimensions or ("channel" in dimensions and not fact.channel):
        return None
    period = span.period_of(fact) if "period" in dimensions else None
    return (fact.channel if "channel" in dimensions else None, period)


@lru_cache(maxsize=256)
def counting(names: tuple[str, ...], *, is_converted: bool) -> tuple[str, ...]:
    """Return the measures of a fact that count: money does if it is converted."""
    return tuple(name for name in names if is_converted or ADDITIVES[name].unit != CURRENCY)


def _days(first: date, last: date) -> range:
    return range(first.toordinal(), last.toordinal() + 1)


def sort_key(key: Key) -> tuple[str, date]:
    """Return what rows are sorted by: the channel, then the period."""
    channel, period = key
    return channel or "", period or date.min
