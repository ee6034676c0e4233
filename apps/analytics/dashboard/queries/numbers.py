"""The numbers of the dashboard: totals, channels, their course, and what they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from apps.analytics.contract import (
    MeasureValue,
    MetricQuery,
    MetricRow,
    UnconvertedAmount,
)
from apps.analytics.dashboard.messages import CHANNEL_MEASURES, SERIES_MEASURES, TOTAL_MEASURES
from apps.analytics.dashboard.queries.course import Course
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.aggregation import Aggregate, Range, aggregate
from apps.analytics.metrics.comparison import (
    PREVIOUS,
    Against,
    Comparison,
    Unlike,
    coarsest_grain,
    compare_with,
)
from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.formats import shares_of
from apps.analytics.metrics.gaps import Known, find_known
from apps.analytics.metrics.periods import (
    GRAINS,
    count_days,
    find_calendar_days,
    fitting_grain,
)
from apps.analytics.metrics.validation import MAX_DAYS, refuse_invalid_query
from apps.analytics.querying.queries.history import (
    History,
    Sources,
    find_data_range,
    read_history,
    read_sources,
    today_in,
)
from apps.analytics.querying.queries.tables import make_table, values_of
from omnify.giving_way import giving_way

Values = dict[str, Decimal | None]
Coverage = tuple[MeasureValue, ...]
#: A year, and a month that may be longer in it.
_LONGEST_BACK = 366 + 31
_LONGEST_MONTH = 31
#: What pages show of the whole and of a channel, beside what the API does.
WHOLE_MEASURES = (*TOTAL_MEASURES, "orders", "attributed_revenue", "roas", "cpa", "cvr")
PART_MEASURES = (*CHANNEL_MEASURES, "attributed_revenue", "cpa", "ctr", "cvr")
_EVERY = tuple(dict.fromkeys((*WHOLE_MEASURES, *PART_MEASURES)))


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The days that the dashboard is about; without, the last ``days`` with data, else all.

    ``calendar`` are days of the calendar around the last day with data: a ``year-2018``, its
    ``month``, the ``month-before``, its ``quarter``. ``grain`` is empty for the finest that is
    readable.
    """

    first: date | None = None
    last: date | None = None
    days: int | None = None
    calendar: str = ""
    grain: str = ""
    against: Against = PREVIOUS


class Change(msgspec.Struct, frozen=True):
    """A measure on both sides of a comparison; ``reason`` says why they may not be compared."""

    before: Decimal | None = None
    now: Decimal | None = None
    reason: Unlike | None = None


class ChannelStats(msgspec.Struct, frozen=True):
    """A channel's values, its share of all spend, and what changed."""

    name: str
    values: Values
    coverage: Coverage
    spend_share: Decimal | None
    changes: dict[str, Change] = {}


class PreviousStats(msgspec.Struct, frozen=True):
    """The totals of other days, such as as many just before, beside those of now.

    ``current`` rests on the rows wholly inside the range, of the days from ``current_first`` to
    ``current_last``. A measure of which one side lacks days is None in ``totals``, which is None
    itself where nothing may be compared; ``reasons`` says why by measure, None where it may be.
    """

    first: date
    last: date
    totals: Values | None
    current: Values
    current_first: date
    current_last: date
    reasons: dict[str, Unlike | None]

    @property
    def reason(self) -> str:
        """Return all reasons that concern what the API tells, each once."""
        reasons = (self.reasons[name] for name in TOTAL_MEASURES)
        return "; ".join(dict.fromkeys(map(str, filter(None, reasons))))

    def change_of(self, name: str) -> Change:
        """Return a measure of the whole on both sides."""
        before = self.totals[name] if self.totals else None
        return Change(before, self.current[name], self.reasons[name])


class DashboardStats(msgspec.Struct, frozen=True):
    """All numbers of the dashboard between two days."""

    first: date
    last: date
    #: The days that have data at all.
    earliest: date
    latest: date
    today: date
    timezone: str
    currency: str
    totals: Values
    coverage: Coverage
    channels: tuple[ChannelStats, ...]
    grain: str
    #: What the range can be cut into.
    grains: tuple[str, ...]
    course: Course
    previous: PreviousStats | None
    #: The periods of the days that it is compared with.
    earlier_course: Course | None
    unconverted: tuple[UnconvertedAmount, ...]
    as_of: datetime | None
    known: Known
    #: What all this was counted from.
    history: History

    def find(self, measure: str, channel: str | None = None) -> tuple[Decimal | None, Change]:
        """Return a measure of a channel or the whole, and how it changed; of none nothing."""
        if channel is None:
            change = self.previous.change_of(measure) if self.previous else Change()
            return self.totals[measure], change
        found = next((each for each in self.channels if each.name == channel), None)
        if found is None:
            return None, Change()
        return found.values.get(measure), found.changes.get(measure, Change())

    def coverage_of(self, ratio: str, channel: str | None = None) -> Decimal | None:
        """Return the share of spend (see ``MetricRow``) that a ratio rests on."""
        found = (each.coverage for each in self.channels if each.name == channel)
        coverage = self.coverage if channel is None else next(found, ())
        return next((item.value for item in coverage if item.measure == ratio), Decimal(1))


def get_dashboard(asked: Asked) -> DashboardStats:
    """Return the dashboard between two days, by default the last ``days`` days with data.

    Without ``days``, the default is the whole history, up to the longest range allowed.

    Raises:
        NoMetricsError: the organization has no metrics at all.
        QueryInvalidError: ``first`` is after ``last``, or the range is too long or too early.
    """
    sources = read_sources()
    profile = sources.profile
    earliest, latest = find_data_range(sources)
    if earliest is None or latest is None:
        raise NoMetricsError(missing="metrics")
    first, last = _range(asked, earliest, latest)
    refuse_invalid_query(_query(first, last))
    history = _read(first, last, asked.against, sources)
    span = Range(first, last)
    grains = _grains(history.facts, span)
    grain = _grain(asked.grain, grains, first, last)
    table = make_table(history, _query(first, last, dimensions=("channel",)))
    compared = compare_with(
        history.facts,
        history.range_of(_query(first, last)),
        asked.against,
        currency=profile.currency,
        by_channel=True,
    )
    return DashboardStats(
        first=first,
        last=last,
        earliest=earliest,
        latest=latest,
        today=today_in(profile),
        timezone=profile.timezone,
        currency=profile.currency,
        totals={name: values_of(table.totals)[name] for name in WHOLE_MEASURES},
        coverage=table.coverage,
        channels=_channels(table.rows, compared),
        grain=grain,
        grains=grains,
        course=_course(history, first, last, grain),
        previous=None if compared is None else _previous(compared),
        earlier_course=None
        if compared is None
        else _course(history, compared.earlier.first, compared.earlier.last, grain),
        unconverted=table.unconverted,
        as_of=table.as_of,
        known=find_known(history.facts, span, SERIES_MEASURES),
        history=history,
    )


def _query(first: date, last: date, *, dimensions: tuple[str, ...] = ()) -> MetricQuery:
    return MetricQuery(measures=_EVERY, dimensions=dimensions, from_date=first, to_date=last)


def _range(asked: Asked, earliest: date, latest: date) -> tuple[date, date]:
    if asked.calendar:
        return find_calendar_days(asked.calendar, latest)
    last = asked.last or latest
    days = asked.days
    # Clamped to the first calendar day: too early a range is refused later, with its reason.
    back = date.fromordinal(max(1, last.toordinal() + 1 - min(days or MAX_DAYS, MAX_DAYS)))
    first = asked.first or (back if days else max(back, min(earliest, last)))
    return first, last


def _read(
    first: date,
    last: date,
    against: Against,
    sources: Sources,
) -> History:
    """Return what may count in the range, and in what it is compared with."""
    if against.kind == "custom":
        refuse_invalid_query(_query(against.first, against.last))
        begin = date.fromordinal(max(1, min(first, against.first).toordinal() - _LONGEST_MONTH))
        end = max(last, against.last)
        refuse_invalid_query(_query(min(first, against.first), end))
        return read_history(begin, end, sources=sources)
    back = {
        "off": _LONGEST_MONTH,
        "year": _LONGEST_BACK,
        "previous": count_days(first, last) + _LONGEST_MONTH,
    }[against.kind]
    begin = date.fromordinal(max(1, first.toordinal() - back))
    return read_history(begin, last, sources=sources)


def _grains(facts: Sequence[Fact], span: Range) -> tuple[str, ...]:
    """Return the grains of the range: none is finer than its rows."""
    held = coarsest_grain((fact for fact in facts if span.holds(fact)), span)
    return GRAINS[GRAINS.index(held) :]


def _grain(asked: str, grains: tuple[str, ...], first: date, last: date) -> str:
    """Return what was asked for, else the finest that is readable, where the rows allow it."""
    wanted = asked or fitting_grain(first, last)
    return wanted if wanted in grains else grains[0]


def _course(history: History, first: date, last: date, grain: str) -> Course:
    profile = history.profile
    span = history.range_of(
        MetricQuery(measures=_EVERY, grain=grain, from_date=first, to_date=last)
    )

    def cut(*dimensions: str) -> Aggregate:
        facts = giving_way(history.facts)
        return aggregate(facts, span, currency=profile.currency, dimensions=dimensions)

    return Course(whole=cut("period"), parts=cut("channel", "period"))


def _previous(found: Comparison) -> PreviousStats:
    reasons = {name: found.reason_against(name) for name in WHOLE_MEASURES}
    earlier = {
        name: None if reasons[name] else found.earlier.totals.value(name) for name in WHOLE_MEASURES
    }
    is_empty = all(earlier[name] is None for name in TOTAL_MEASURES)
    return PreviousStats(
        first=found.earlier.first,
        last=found.earlier.last,
        totals=None if is_empty else earlier,
        current={name: found.later.totals.value(name) for name in WHOLE_MEASURES},
        current_first=found.later.first,
        current_last=found.later.last,
        reasons=reasons,
    )


def _channels(rows: tuple[MetricRow, ...], compared: Comparison | None) -> tuple[ChannelStats, ...]:
    """Return the channels with shares of their spend that add up to one."""
    values = [values_of(row.values) for row in rows]
    shares = shares_of([found["spend"] for found in values])
    return tuple(
        ChannelStats(
            row.channel or "",
            {name: found[name] for name in PART_MEASURES},
            row.coverage,
            share,
            _changes(row.channel or "", compared),
        )
        for row, found, share in zip(rows, values, shares, strict=True)
    )


def _changes(channel: str, compared: Comparison | None) -> dict[str, Change]:
    if compared is None:
        return {}

    def change(name: str) -> Change:
        before, now = (
            each.sums.rows.get((channel, None)) for each in (compared.earlier, compared.later)
        )
        reason = compared.reason_against(name, channel)
        if before is None or now is None or reason:
            return Change(reason=reason)
        return Change(before.value(name), now.value(name))

    return {name: change(name) for name in PART_MEASURES}
