"""Finds which days rows span, and which rows are only totals of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Final

import msgspec

from apps.integrations.imports.reading.cells.converters import Bad, Cached
from apps.integrations.imports.reading.cells.days import DAY, MONTH, WEEK, Written, last_of
from apps.integrations.imports.reading.cells.forms import is_no_name
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import refusal
from apps.integrations.imports.reading.results import Days, Remark

SPAN: Final = "span"
#: A file has no more spans of different days, nor candidates for totals.
_MOST_SPANS: Final = 200_000
_WEEK_DAYS: Final = 7
#: First and last day.
Span = tuple[date, date]
#: What a row is about: its span, which names it has, and those names.
About = tuple[Span, int, tuple[str, ...]]


class Spans(msgspec.Struct, frozen=True):
    """What the rows of a file span.

    Attributes:
        grain: day, week, month, or span where they differ.
        totals: what rows are about that are totals of others.
        written_days: the days that are written in the column of days, in order.
        first_days: the first days of all spans, in order.
    """

    grain: str
    totals: frozenset[About]
    written_days: tuple[date, ...]
    first_days: tuple[date, ...]
    remarks: tuple[Remark, ...] = ()


def find_spans(plan: Plan) -> Spans:
    """Return the grain of a file of metrics, and its rows of totals.

    Raises:
        CsvInvalidError: rows overlap that should each be a week or a month.
    """
    scan = _Scan(plan)
    if scan.has_end or plan.profile.has_blank_names:
        scan.run()
    if scan.has_end:
        spans = scan.kept_spans()
        days = tuple(sorted({first for first, _ in spans}))
        grain = getattr(plan.mapping, "grain", None) or _grain_of(spans)
        return Spans(grain, frozenset(scan.totals), days, days, scan.about_crossings())
    days = _days_of(plan)
    grain, remarks = _find_grain(plan, days)
    firsts = days
    if grain == MONTH:
        firsts = tuple(dict.fromkeys(day.replace(day=1) for day in days))
    _refuse_overlaps(plan, firsts, grain)
    return Spans(grain, frozenset(scan.totals), days, firsts, remarks)


def find_gaps(first_days: tuple[date, ...], grain: str) -> tuple[Days, ...]:
    """Return the days between the first and the last that no row spans."""
    if grain == SPAN:
        return ()
    gaps = []
    for earlier, later in pairwise(first_days):
        expected = last_of(earlier, grain) + timedelta(days=1)
        if later > expected:
            gaps.append(Days(first=expected, last=later - timedelta(days=1)))
    return tuple(gaps)


class _Scan:
    """Looks at what each row is about; three ways through the table where totals are likely."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        positions = plan.demand.positions
        self._date, self._end = positions["date"], positions.get("end")
        self._names = plan.demand.names
        days, lasts = make_day_parsers(plan, self._end)
        self._days = Cached(days)
        self._lasts = Cached(lasts) if lasts is not None else self._days
        self._spans: dict[Span, set[int]] = {}
        self._holding: set[Span] = set()
        self._candidates: set[About] = set()
        self.totals: set[About] = set()

    @property
    def has_end(self) -> bool:
        """Return whether a column has the rows' last days."""
        return self._end is not None

    def run(self) -> None:
        """Find the totals."""
        for span, mask, _ in self._abouts():
            self._spans.setdefault(span, set()).add(mask)
            if len(self._spans) > _MOST_SPANS:
                raise refusal(1, f"There are more than {_MOST_SPANS:,} different spans of days.")
        holders = _find_holders(self._spans)
        self._holding = {span for spans in holders.values() for span in spans}
        masks = set().union(*self._spans.values()) if self._spans else set()
        partial = {mask for mask in masks if any(mask & each == mask != each for each in masks)}
        if not self._holding and not partial:
            return
        for about in self._abouts():
            if about[0] in self._holding or about[1] in partial:
                self._candidates.add(about)
                if len(self._candidates) > _MOST_SPANS:
                    raise refusal(1, "There are too many rows with empty names to tell totals.")
        self._confirm(holders, {mask for _, mask, _ in self._candidates})

    def kept_spans(self) -> set[Span]:
        """Return the spans of rows that are no totals."""
        left = {about[0] for about in self._candidates - self.totals}
        # All rows of a span that holds others were candidates.
        return {span for span in self._spans if span not in self._holding or span in left}

    def about_crossings(self) -> tuple[Remark, ...]:
        """Tell rows of one name of which each has days of the other's, and days of its own."""
        crossing = _find_crossing(self._spans)
        abouts: set[About] = set()
        for about in self._abouts() if crossing else ():
            if about[0] in crossing and about not in self.totals and len(abouts) < _MOST_SPANS:
                abouts.add(about)
        in_order = sorted((names, span) for span, _, names in abouts)
        for (names, (first, last)), (later_names, (start, end)) in pairwise(in_order):
            if names == later_names and start <= last < end:
                message = (
                    f"Rows from {first} to {last} and from {start} to {end} overlap: what they"
                    " have of the same days counts in each of them."
                )
                return (Remark(code="overlap", message=message),)
        return ()

    def _confirm(self, holders: dict[Span, list[Span]], masks: set[int]) -> None:
        for span, mask, names in self._abouts():
            for wider in (span, *holders.get(span, ())):
                for fewer in masks:
                    if fewer & mask != fewer or (wider == span and fewer == mask):
                        continue
                    about = (wider, fewer, _restrict(names, fewer))
                    if about in self._candidates:
                        self.totals.add(about)

    def _abouts(self) -> Iterator[About]:
        """Yield what each row with a day is about; rows alike in a chunk once."""
        for chunk in self._plan.table.chunks():
            days = self._days.convert(chunk.column(self._date))
            lasts = self._lasts.convert(chunk.column(self._end)) if self._end is not None else days
            names = names_of(chunk.rows, self._names)
            for first, last, own in set(zip(days, lasts, names, strict=True)):
                if not isinstance(first, Bad) and not isinstance(last, Bad):
                    yield about_of(first, last, own)


def make_day_parsers(
    plan: Plan, end: int | None
) -> tuple[Callable[[str], date], Callable[[str], date] | None]:
    """Return what reads the first and the last day of rows, which one column may have."""
    start = plan.demand.positions["date"]
    if end is not None and end == start:
        return plan.days[start].parse_first, plan.days[start].parse_last
    return plan.days[start].parse, plan.days[end].parse if end is not None else None


def names_of(rows: list[list[str]], positions: tuple[int, ...]) -> Iterable[tuple[str, ...]]:
    """Return the names in each row, spaces included."""
    if not positions:
        return [()] * len(rows)
    if len(positions) == 1:
        return [(row[positions[0]],) for row in rows]
    return map(itemgetter(*positions), rows)


def about_of(first: date, last: date, names: tuple[str, ...]) -> About:
    """Return what a row is about."""
    cleaned = tuple("" if is_no_name(name) else name.strip() for name in names)
    mask = sum(1 << index for index, name in enumerate(cleaned) if name)
    return (first, last), mask, cleaned


def _restrict(names: tuple[str, ...], mask: int) -> tuple[str, ...]:
    return tuple(name if mask >> index & 1 else "" for index, name in enumerate(names))


def _find_holders(spans: Iterable[Span]) -> dict[Span, list[Span]]:
    """Return for each span the longer ones that hold it."""
    holders: dict[Span, list[Span]] = {}
    longer: list[Span] = []
    for span in sorted(spans, key=lambda each: (each[0], -each[1].toordinal())):
        longer = [each for each in longer if each[1] >= span[0]]
        holding = [each for each in longer if each[1] >= span[1]]
        if holding:
            holders[span] = holding
        if span[0] != span[1]:
            longer.append(span)
    return holders


def _find_crossing(spans: Iterable[Span]) -> set[Span]:
    """Return the spans that have some days of another one, and days of their own."""
    crossing: set[Span] = set()
    earlier: list[Span] = []
    for span in sorted(spans):
        earlier = [each for each in earlier if each[1] >= span[0]]
        crossed = [each for each in earlier if each[0] < span[0] and each[1] < span[1]]
        if crossed:
            crossing.update((span, *crossed))
        earlier.append(span)
    return crossing


def _grain_of(spans: set[Span]) -> str:
    for grain in (DAY, WEEK, MONTH):
        if all(_fits(span, grain) for span in spans):
            return grain
    return SPAN


def _fits(span: Span, grain: str) -> bool:
    first, last = span
    return last == last_of(first, grain) and (grain != MONTH or first.day == 1)


def _days_of(plan: Plan) -> tuple[date, ...]:
    """Return the days of a column, in order, leaving out what cannot be read."""
    position = plan.demand.positions["date"]
    style = plan.days[position]
    parsed = Cached(style.parse)
    written = plan.profile.days[position]
    days = {parsed[part] for part, each in written.written.items() if each is not None}
    return tuple(sorted(day for day in days if not isinstance(day, Bad)))


def _find_grain(plan: Plan, days: tuple[date, ...]) -> tuple[str, tuple[Remark, ...]]:
    given = getattr(plan.mapping, "grain", None)
    if given is not None:
        return given, ()
    known: list[Written] = plan.profile.days[plan.demand.positions["date"]].known
    units = {each.unit for each in known}
    if len(units) == 1 and DAY not in units:
        return units.pop(), ()
    gaps = {(later - earlier).days for earlier, later in pairwise(days)}
    if gaps == {_WEEK_DAYS}:
        message = "All days are a week apart: each row was taken for the week that begins then."
        return WEEK, (Remark(code="grain", message=message),)
    if gaps and all(day.day == 1 for day in days):
        message = "All days are the first of a month: each row was taken for that month."
        return MONTH, (Remark(code="grain", message=message),)
    return DAY, _about_open_grain(days, gaps)


def _about_open_grain(days: tuple[date, ...], gaps: set[int]) -> tuple[Remark, ...]:
    """Tell days that look like weeks or months, but not surely enough to be taken for them."""
    if gaps and all(gap % _WEEK_DAYS == 0 for gap in gaps):
        what = "whole weeks apart"
    elif gaps and all(day == last_of(day, MONTH) for day in days):
        what = "the last of a month"
    else:
        return ()
    message = f"All days are {what} and were taken as days; if they are not, say `grain`."
    return (Remark(code="grain_open", message=message),)


def _refuse_overlaps(plan: Plan, days: tuple[date, ...], grain: str) -> None:
    for earlier, later in pairwise(days):
        if later <= last_of(earlier, grain):
            message = f"The {grain}s of {earlier} and {later} overlap; is `grain` right?"
            raise refusal(plan.table.header, message)
