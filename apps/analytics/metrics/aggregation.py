"""Sum facts by channel and period, and tell what each sum rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from apps.analytics.contract import DaysWithData
from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.measures import components_of
from apps.analytics.metrics.periods import count_days, period_end, period_start
from apps.analytics.metrics.sums import Sums

Key = tuple[str | None, date | None]


class Range(msgspec.Struct, frozen=True):
    """The days of a question, both included, and how they are cut into periods."""

    first: date
    last: date
    grain: str = "day"
    week_start: str = "monday"

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return count_days(self.first, self.last)

    def holds(self, fact: Fact) -> bool:
        """Return whether the range counts a fact: it holds its first day and is as long."""
        return self.first <= fact.first <= self.last and fact.days <= self.days

    def cuts(self, fact: Fact) -> bool:
        """Return whether a fact is of more days than the range, some of which are in it."""
        return fact.days > self.days and fact.first <= self.last and self.first <= fact.last

    def period_of(self, fact: Fact) -> date | None:
        """Return the first day of the period that holds a fact whole, None where none does."""
        start = period_start(fact.first, self.grain, self.week_start)
        return start if fact.last <= period_end(start, self.grain) else None


class Aggregate(msgspec.Struct):
    """Sums by channel and period, and of the whole range."""

    rows: dict[Key, Sums]
    totals: Sums
    #: By key of a row with a period, the days on which measures are known.
    days: dict[Key, dict[str, set[int]]]
    #: By channel, the measures that are known in some period.
    ever: dict[str | None, set[str]]
    span: Range

    def days_of(self, key: Key, measures: Iterable[str]) -> DaysWithData:
        """Return the days with data of a row's period; the measure with the fewest counts.

        Measures that the channel never knows in the range do not count.
        """
        channel, period = key
        if period is None:
            raise ValueError("a row without a period has no days")
        parts = {part for name in measures for part in components_of(name)}
        ever, known = self.ever.get(channel, set()), self.days.get(key, {})
        counts = [len(known.get(name, ())) for name in parts & ever]
        end = period_end(period, self.span.grain)
        return DaysWithData(known=min(counts, default=0), of=count_days(period, end))


def aggregate(
    facts: Iterable[Fact],
    span: Range,
    *,
    currency: str,
    dimensions: tuple[str, ...] = (),
) -> Aggregate:
    """Sum complete facts (see ``complete_facts``) over a range of days, by dimensions.

    A span of days counts
    whole in the range that holds its first day and is as long, and in the period that holds it
    whole; it is never split. What a fact says of more days than the range has is unknown there.
    Money in another currency than ``currency`` is left out, with its facts' ratios. A measure of
    the organization as a whole, such as the shop's revenue, is unknown on a channel's row.
    """
    result = Aggregate({}, Sums(), {}, {}, span)
    for fact in facts:
        key = _key(fact, span, dimensions)
        if span.cuts(fact):
            result.totals.unknown.update(fact.micros)
            if key is not None and "period" not in dimensions:
                result.rows.setdefault(key, Sums()).unknown.update(fact.micros)
        elif span.holds(fact):
            result.totals.add(fact, currency)
            if key is not None:
                result.rows.setdefault(key, Sums()).add(fact, currency)
                if key[1] is not None:
                    _note_days(result.days.setdefault(key, {}), fact)
                    result.ever.setdefault(key[0], set()).update(fact.micros)
    return result


def _key(fact: Fact, span: Range, dimensions: tuple[str, ...]) -> Key | None:
    """Return the row that a fact belongs to, None where it belongs to none."""
    if not dimensions or ("channel" in dimensions and not fact.channel):
        return None
    period = span.period_of(fact) if "period" in dimensions else None
    if period is None and "period" in dimensions:
        return None
    return (fact.channel if "channel" in dimensions else None, period)


def _note_days(known: dict[str, set[int]], fact: Fact) -> None:
    """Note the days of a fact for each of its measures; a span counts whole, so all of them."""
    days = range(fact.first.toordinal(), fact.last.toordinal() + 1)
    for name in fact.micros:
        known.setdefault(name, set()).update(days)


def sort_key(key: Key) -> tuple[str, date]:
    """Return what rows are sorted by: the channel, then the period."""
    channel, period = key
    return channel or "", period or date.min
