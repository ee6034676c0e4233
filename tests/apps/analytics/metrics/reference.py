"""The numbers of a query as the rules are written: slow, in fractions, without the code under test.

Rows are of an entity and a day or span; a measure that is absent is unknown. What counts is told by
the level at which a source is complete for a measure.
"""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

MONEY = {"spend", "revenue", "attributed_revenue"}
COUNTS = {"impressions", "clicks", "conversions", "reach"}
#: By ratio: numerator, denominator, scale.
ROW_RATIOS = {
    "ctr": ("clicks", "impressions", 1),
    "cvr": ("conversions", "clicks", 1),
    "cpc": ("spend", "clicks", 1),
    "cpm": ("spend", "impressions", 1000),
    "cpa": ("spend", "conversions", 1),
    "roas": ("attributed_revenue", "spend", 1),
    "frequency": ("impressions", "reach", 1),
}
BLENDED = {
    "blended_roas": ("revenue", "spend", 1),
    "mer_ratio": ("revenue", "spend", 1),
    "mer_pct": ("spend", "revenue", 1),
}
RATIOS = ROW_RATIOS | BLENDED
NAMES = [*MONEY, *COUNTS, *RATIOS]
WEEK_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}
ONE = timedelta(days=1)


class Row(NamedTuple):
    """An entity's numbers, in whole units."""

    source: str
    level: str
    entity: str
    channel: str
    first: date
    last: date
    currency: str
    values: dict


def complete(rows, levels):
    """The rows with the measures of which their source is complete at their level."""
    for row in rows:
        own = {k: v for k, v in row.values.items() if levels.get((row.source, k)) == row.level}
        if own:
            yield row._replace(values=own)


def days_between(first, last):
    return [first + ONE * n for n in range((last - first).days + 1)]


def length(row):
    return len(days_between(row.first, row.last))


def overlaps(row, days):
    return bool(set(days_between(row.first, row.last)) & set(days))


def period_of(day, grain, week_start):
    """All days of the period that a day is in."""
    if grain == "day":
        return [day]
    first = day
    if grain == "week":
        while first.weekday() != WEEK_STARTS[week_start]:
            first -= ONE
        return days_between(first, first + 6 * ONE)
    first = day.replace(day=1)
    return [each for each in days_between(first, first + 30 * ONE) if each.month == first.month]


def is_counted(row, days):
    """A range counts a span that begins in it, if it is at least as long."""
    return row.first in days and length(row) <= len(days)


class Cut:
    """The rows of a cut, of which some are outside it though they overlap it."""

    def __init__(self, counted, outside, unknown, currency, *, is_channel=False):
        self.rows, self.outside, self.unknown = counted, outside, unknown
        self.currency, self.is_channel = currency, is_channel

    def converted(self, row, name):
        return name not in MONEY or row.currency == self.currency

    def total(self, name):
        known = [row for row in self.rows if name in row.values]
        counted = [row.values[name] for row in known if self.converted(row, name)]
        if name in self.unknown or not counted or not self.is_one(name):
            return None
        return sum(counted, Fraction(0))

    def is_one(self, name):
        """People add up over nothing: there is one row that tells, of the only entity and day."""
        if name != "reach":
            return True
        entities = {(r.channel, r.entity, r.first, r.last) for r in self.rows if r.channel}
        return len([r for r in self.rows if name in r.values]) <= 1 and len(entities) <= 1

    def value(self, name):
        if name not in RATIOS:
            return self.total(name)
        over, under, scale = RATIOS[name]
        if name in BLENDED and self.is_channel:
            return None
        if {over, under} & self.unknown or not (self.is_one(over) and self.is_one(under)):
            return None
        rows = self.rows_of(name)
        below = sum(row.values.get(under, 0) for row in rows)
        return sum(row.values.get(over, 0) for row in rows) * scale / below if below else None

    def rows_of(self, name):
        """The rows that a ratio rests on."""
        over, under, _ = RATIOS[name]
        if name not in BLENDED:
            both = [row for row in self.rows if over in row.values and under in row.values]
            return [r for r in both if r.currency == self.currency or not r.values.keys() & MONEY]
        sides = [row for row in self.rows if {over, under} & row.values.keys()]
        if any(row.currency != self.currency for row in sides):
            return []
        spans = {
            side: {(r.first, r.last) for r in sides if side in r.values}
            for side in RATIOS[name][:2]
        }
        every = [r for r in [*sides, *self.outside] if {"revenue", "spend"} & r.values.keys()]
        return [
            row
            for row in sides
            if all((row.first, row.last) in spans[side] for side in (over, under))
            and not any(
                (other.first, other.last) != (row.first, row.last)
                and overlaps(other, days_between(row.first, row.last))
                for other in every
                # Money of another currency is left out, and null above where it counts.
                if other in self.outside or other.currency == self.currency
            )
        ]

    def coverage(self, name):
        """What share of spend (else of the numerator) a ratio rests on."""
        over, under, _ = RATIOS[name]
        basis = "spend" if "spend" in (over, under) else over
        knowing = [row for row in self.rows if basis in row.values]
        rows = self.rows_of(name)
        if all(self.converted(row, basis) for row in knowing):
            return share(rows, knowing, basis)
        if under in MONEY or not all(under in row.values for row in knowing):
            return None
        return share(rows, knowing, under)

    def unconverted(self):
        """Per currency, the sums of the rows whose money has no rate."""
        found = {}
        for row in self.rows:
            if row.currency != self.currency and row.values.keys() & MONEY:
                left = found.setdefault(row.currency, {})
                for name, value in row.values.items():
                    left[name] = left.get(name, 0) + value
        return found


def share(part, whole, name):
    below = sum(row.values[name] for row in whole)
    return sum((row.values.get(name, 0) for row in part), Fraction(0)) / below if below else None


def totals(rows, days, currency):
    """The cut of a whole range."""
    outside = [row for row in rows if overlaps(row, days) and not is_counted(row, days)]
    unknown = {name for row in outside if length(row) > len(days) for name in row.values}
    return Cut([row for row in rows if is_counted(row, days)], outside, unknown, currency)


def by_channel(rows, days, currency):
    """The cut of each channel."""
    found = {}
    for channel in {row.channel for row in rows if row.channel}:
        cut = totals([row for row in rows if row.channel == channel], days, currency)
        if cut.rows or cut.unknown:
            found[channel] = cut
            cut.is_channel = True
    return found


def by_period(rows, days, currency, *, grain, week_start, today=date.max):
    """The cut of each period, and by measure its days with data among all its days."""
    held, found = {}, {}
    for day in days:
        period = period_of(day, grain, week_start)
        spans = [r for r in rows if is_counted(r, days) and {r.first, r.last} <= set(period)]
        if spans:
            held[period[0]] = (period, spans)
    inside = [row for _, spans in held.values() for row in spans]
    others = [row for row in rows if row not in inside and overlaps(row, days)]
    ever = {name for row in inside for name in row.values if converted(row, name, currency)}
    for start, (period, spans) in held.items():
        in_range = [day for day in period if day in days]
        outside = [row for row in others if overlaps(row, in_range)]
        known = {}
        for name in ever:
            own = [r for r in spans if name in r.values and converted(r, name, currency)]
            known[name] = [
                day
                for day in period
                if day <= today
                # Days, weeks and months are of different sources, each of which has to know it.
                and all(
                    any(overlaps(row, [day]) for row in own if length(row) == each)
                    for each in {length(row) for row in own}
                )
                and not any(name in row.values and overlaps(row, [day]) for row in outside)
                and own
            ]
        counts = {name: len(dates) for name, dates in known.items()}
        found[start] = (Cut(spans, outside, set(), currency), counts, len(period))
    return found


def converted(row, name, currency):
    return name not in MONEY or row.currency == currency


def days_with(counts, names):
    """The days of the measure that has least, among those that are ever known."""
    parts = {part for name in names for part in RATIOS.get(name, (name,))[:2]}
    return min((count for name, count in counts.items() if name in parts), default=0)


def grain_of(row):
    return "day" if length(row) == 1 else "week" if length(row) <= 7 else "month"


def previous(rows, days, currency, today=date.max):
    """What a range is compared with: both sides' days and cuts, and per measure whether it may be.

    Weeks of all rows begin on one day; months are those of the calendar.
    """
    over = [row for row in rows if row.last <= today]
    grains = {grain_of(row) for row in over if overlaps(row, days)}
    grain = next((each for each in ("month", "week", "day") if each in grains), "day")
    units = [row for row in over if grain_of(row) == grain and {row.first, row.last} <= set(days)]
    if grain == "day":
        now = [day for day in days if day <= today]
    elif units:
        now = days_between(min(row.first for row in units), max(row.last for row in units))
    else:
        now = []
    if not now:
        return None
    if grain == "month":
        count, first = len({day.month for day in now}), now[0]
        for _ in range(count):
            first = (first - ONE).replace(day=1)
        before = days_between(first, now[0] - ONE)
    else:
        before = days_between(now[0] - ONE * len(now), now[0] - ONE)
    sides = []
    for side in (before, now):
        inside = [row for row in over if {row.first, row.last} <= set(side)]
        sides.append((side, Cut(inside, [], set(), currency)))
    return sides


def may_compare(sides, name):
    """Each part of a measure is known of as many days, weeks and months, of each currency."""
    for part in RATIOS.get(name, (name,))[:2]:
        before, now = (
            {(r.first, r.last, part in MONEY and r.currency) for r in cut.rows if part in r.values}
            for _, cut in sides
        )
        counts = [
            Counter(
                (grain_of(Row("", "", "", "", first, last, "", {})), code)
                for first, last, code in known
            )
            for known in (before, now)
        ]
        if not before or counts[0] != counts[1]:
            return False
    return True
