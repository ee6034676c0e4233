"""The numbers of the executive dashboard: totals, channels, series, and the range before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from apps.analytics.contract import (
    DaysWithData,
    MeasureValue,
    MetricQuery,
    MetricRow,
    MetricTable,
    UnconvertedAmount,
)
from apps.analytics.dashboard.messages import (
    CHANNEL_MEASURES,
    SERIES_MEASURES,
    TOTAL_MEASURES,
    DashboardQuery,
    DashboardResult,
    PreviousResult,
)
from apps.analytics.exceptions import NoMetricsError, QueryInvalidError
from apps.analytics.metrics.aggregation import Range
from apps.analytics.metrics.comparison import (
    Comparison,
    coarsest_grain,
    compare_with_previous,
)
from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.formats import format_share, shares_of
from apps.analytics.metrics.periods import GRAINS, count_days, fitting_grain
from apps.analytics.metrics.rows import (
    format_coverage,
    format_days,
    format_values,
    round_unconverted,
)
from apps.analytics.metrics.validation import MAX_DAYS
from apps.analytics.querying.queries.history import find_data_range, read_history, read_profile
from apps.analytics.querying.queries.tables import make_table, refuse_invalid, values_of
from apps.auth.contract import OrganizationProfile

Values = dict[str, Decimal | None]
Coverage = tuple[MeasureValue, ...]
_LONGEST_MONTH = 31
_DEFAULT_DAYS = 30
_DAYS_TWICE = {"field": "days", "message": "Give a first day or how many days, not both."}


class ChannelStats(msgspec.Struct, frozen=True):
    """A channel's values and its share of all spend."""

    name: str
    values: Values
    coverage: Coverage
    spend_share: Decimal | None


class PeriodStats(msgspec.Struct, frozen=True):
    """A period's values, and how many of its days have data."""

    first: date
    values: Values
    days: DaysWithData


class PeriodValue(msgspec.Struct, frozen=True):
    """One measure in a period, and how many of the period's days have it."""

    value: Decimal | None
    days: DaysWithData


class DashboardStats(msgspec.Struct, frozen=True):
    """All numbers of the dashboard between two days."""

    first: date
    last: date
    timezone: str
    currency: str
    totals: Values
    coverage: Coverage
    channels: tuple[ChannelStats, ...]
    grain: str
    series: tuple[PeriodStats, ...]
    #: Spend by channel and period.
    channel_series: dict[tuple[str, date], PeriodValue]
    #: Revenue by period.
    revenue_series: dict[date, PeriodValue]
    previous: PreviousStats | None
    unconverted: tuple[UnconvertedAmount, ...]
    as_of: datetime | None


class PreviousStats(msgspec.Struct, frozen=True):
    """The totals of as many days (weeks, months) just before, beside those of now.

    ``current`` rests on the rows wholly inside the range, of the days from ``current_first`` to
    ``current_last``. A measure of which one side lacks days is None in ``totals``, which is None
    itself where nothing may be compared; ``reasons`` says why by measure, empty where it may be.
    """

    first: date
    last: date
    totals: Values | None
    current: Values
    current_first: date
    current_last: date
    reasons: dict[str, str]

    @property
    def reason(self) -> str:
        """Return all reasons, each once."""
        return "; ".join(dict.fromkeys(filter(None, self.reasons.values())))


def get_dashboard(*, first: date | None, last: date | None, days: int | None) -> DashboardStats:
    """Return the dashboard between two days, by default the last ``days`` days with data.

    Without ``days``, the default is the whole history, up to the longest range allowed.

    Raises:
        NoMetricsError: the organization has no metrics at all.
        QueryInvalidError: ``first`` is after ``last``, or the range is too long or too early.
    """
    profile = read_profile()
    first, last = _range(first, last, days, profile)
    refuse_invalid(_query(first, last, TOTAL_MEASURES))
    history = read_history(_earliest_needed(first, last), last, profile=profile)
    grain = _grain(history.facts, Range(first, last))

    def table(measures: tuple[str, ...], *dimensions: str) -> MetricTable:
        return make_table(history, _query(first, last, measures, dimensions, grain))

    totals = table(TOTAL_MEASURES)
    by_channel = table(CHANNEL_MEASURES, "channel").rows
    previous = compare_with_previous(
        history.facts,
        history.range_of(_query(first, last, TOTAL_MEASURES)),
        currency=profile.currency,
    )
    return DashboardStats(
        first=first,
        last=last,
        timezone=profile.timezone,
        currency=profile.currency,
        totals=values_of(totals.totals),
        coverage=totals.coverage,
        channels=_channels(by_channel),
        grain=grain,
        series=tuple(
            PeriodStats(row.period, values_of(row.values), row.days)
            for row in table(SERIES_MEASURES, "period").rows
            if row.period and row.days
        ),
        channel_series={
            (row.channel, row.period): PeriodValue(row.values[0].value, row.days)
            for row in table(("spend",), "channel", "period").rows
            if row.channel is not None and row.period and row.days
        },
        revenue_series={
            row.period: PeriodValue(row.values[0].value, row.days)
            for row in table(("revenue",), "period").rows
            if row.period and row.days
        },
        previous=None if previous is None else _previous(previous),
        unconverted=totals.unconverted,
        as_of=totals.as_of,
    )


def get_result(query: DashboardQuery) -> DashboardResult:
    """Return the dashboard's numbers as the API shows them.

    Raises:
        QueryInvalidError: both a first day and how many days; or as ``get_dashboard`` says.
    """
    if query.first is not None and query.days is not None:
        raise QueryInvalidError(errors=[_DAYS_TWICE])
    stats = get_dashboard(first=query.first, last=query.last, days=query.days or _DEFAULT_DAYS)
    currency = stats.currency
    return DashboardResult(
        currency=currency,
        first=stats.first,
        last=stats.last,
        totals=format_values(stats.totals, currency),
        coverage=format_coverage(stats.coverage),
        channels=tuple(
            {
                "name": channel.name,
                **format_values(channel.values, currency),
                "spend_share": format_share(channel.spend_share),
                "coverage": format_coverage(channel.coverage),
            }
            for channel in stats.channels
        ),
        grain=stats.grain,
        series=tuple(
            {
                "period": period.first.isoformat(),
                **format_values(period.values, currency),
                **format_days(period.days),
            }
            for period in stats.series
        ),
        previous=_previous_result(stats.previous, currency),
        unconverted=round_unconverted(stats.unconverted),
        as_of=stats.as_of,
    )


def _previous_result(stats: PreviousStats | None, currency: str) -> PreviousResult | None:
    if stats is None:
        return None
    return PreviousResult(
        first=stats.first,
        last=stats.last,
        totals=None if stats.totals is None else format_values(stats.totals, currency),
        current=format_values(stats.current, currency),
        reason=stats.reason,
    )


def _query(
    first: date,
    last: date,
    measures: tuple[str, ...],
    dimensions: tuple[str, ...] = (),
    grain: str = "day",
) -> MetricQuery:
    return MetricQuery(
        measures=measures, dimensions=dimensions, grain=grain, from_date=first, to_date=last
    )


def _range(
    first: date | None, last: date | None, days: int | None, profile: OrganizationProfile
) -> tuple[date, date]:
    if first is None or last is None:
        earliest, latest = find_data_range(profile)
        if earliest is None or latest is None:
            raise NoMetricsError(missing="metrics")
        last = last or latest
        # Clamped to the first calendar day: too early a range is refused later, with its reason.
        back = date.fromordinal(max(1, last.toordinal() + 1 - min(days or MAX_DAYS, MAX_DAYS)))
        first = first or (back if days else max(back, min(earliest, last)))
    return first, last


def _grain(facts: Sequence[Fact], span: Range) -> str:
    """Return the finest grain that is readable, but none that is finer than the range's rows."""
    held = coarsest_grain((fact for fact in facts if span.holds(fact)), span)
    return max(fitting_grain(span.first, span.last), held, key=GRAINS.index)


def _earliest_needed(first: date, last: date) -> date:
    """Return the first day that a comparison may need: months before may be longer."""
    days = count_days(first, last) + _LONGEST_MONTH
    return date.fromordinal(max(1, first.toordinal() - days))


def _previous(found: Comparison) -> PreviousStats:
    reasons = {name: found.reason_against(name) for name in TOTAL_MEASURES}
    earlier = {
        name: None if reasons[name] else found.earlier.totals.value(name) for name in TOTAL_MEASURES
    }
    is_empty = all(value is None for value in earlier.values())
    return PreviousStats(
        first=found.earlier.first,
        last=found.earlier.last,
        totals=None if is_empty else earlier,
        current={name: found.later.totals.value(name) for name in TOTAL_MEASURES},
        current_first=found.later.first,
        current_last=found.later.last,
        reasons=reasons,
    )


def _channels(rows: tuple[MetricRow, ...]) -> tuple[ChannelStats, ...]:
    """Return the channels with shares of their spend that add up to one."""
    values = [values_of(row.values) for row in rows]
    shares = shares_of([found["spend"] for found in values])
    return tuple(
        ChannelStats(row.channel or "", found, row.coverage, share)
        for row, found, share in zip(rows, values, shares, strict=True)
    )
