"""The numbers of the executive dashboard: totals, channels, series, and the range before."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

from apps.analytics.contract import (
    MetricQuery,
    MetricRow,
    MetricTable,
    UnconvertedAmount,
)
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.formats import format_share
from apps.analytics.metrics.periods import fitting_grain, previous_range
from apps.analytics.metrics.rows import format_values, round_unconverted
from apps.analytics.metrics.validation import MAX_DAYS
from apps.analytics.overview.messages import (
    CHANNEL_MEASURES,
    SERIES_MEASURES,
    TOTAL_MEASURES,
    DashboardQuery,
    DashboardResult,
    PreviousResult,
)
from apps.analytics.querying.queries import make_table, read_history, refuse_invalid, values_of
from apps.auth.contract import Auth
from apps.integrations.contract import Integrations
from omnify.services import client_of

Values = dict[str, Decimal | None]


class ChannelStats(msgspec.Struct, frozen=True):
    """A channel's values and its share of all spend."""

    name: str
    values: Values
    spend_share: Decimal | None


class DashboardStats(msgspec.Struct, frozen=True):
    """All numbers of the dashboard between two days."""

    first: date
    last: date
    timezone: str
    currency: str
    totals: Values
    channels: tuple[ChannelStats, ...]
    grain: str
    series: tuple[tuple[date, Values], ...]
    channel_series: tuple[tuple[str, date, Decimal | None], ...]
    previous: PreviousStats | None
    unconverted: tuple[UnconvertedAmount, ...]
    as_of: datetime | None


class PreviousStats(msgspec.Struct, frozen=True):
    """The totals of the range of equal length just before."""

    first: date
    last: date
    totals: Values


def get_dashboard(*, first: date | None, last: date | None, days: int | None) -> DashboardStats:
    """Return the dashboard between two days, by default the last ``days`` days with data.

    Without ``days``, the default is the whole history, up to the longest range allowed.

    Raises:
        NoMetricsError: the organization has no metrics at all.
        QueryInvalidError: ``first`` is after ``last``, or the range is too long or too early.
    """
    first, last = _range(first, last, days)
    refuse_invalid(_query(first, last, TOTAL_MEASURES))
    earlier = previous_range(first, last)
    history = read_history(earlier[0], last)
    organization = client_of(Auth).get_organization()
    currency = organization.currency
    grain = fitting_grain(first, last)

    def table(measures: tuple[str, ...], *dimensions: str) -> MetricTable:
        return make_table(history, _query(first, last, measures, dimensions, grain), currency)

    earlier_totals = make_table(history, _query(*earlier, TOTAL_MEASURES), currency)
    totals = table(TOTAL_MEASURES)
    total_values = values_of(totals.totals)
    return DashboardStats(
        first=first,
        last=last,
        timezone=organization.timezone,
        currency=currency,
        totals=total_values,
        channels=tuple(
            _channel(row, total_values["spend"]) for row in table(CHANNEL_MEASURES, "channel").rows
        ),
        grain=grain,
        series=tuple(
            (row.period, values_of(row.values))
            for row in table(SERIES_MEASURES, "period").rows
            if row.period
        ),
        channel_series=tuple(
            (row.channel, row.period, row.values[0].value)
            for row in table(("spend",), "channel", "period").rows
            if row.channel is not None and row.period is not None
        ),
        previous=_previous(earlier_totals, earlier),
        unconverted=totals.unconverted,
        as_of=totals.as_of,
    )


def get_result(query: DashboardQuery) -> DashboardResult:
    """Return the dashboard's numbers as the API shows them; raises as ``get_dashboard`` does."""
    stats = get_dashboard(first=query.first, last=query.last, days=query.days)
    currency = stats.currency
    return DashboardResult(
        currency=currency,
        first=stats.first,
        last=stats.last,
        totals=format_values(stats.totals, currency),
        channels=tuple(
            {
                "name": channel.name,
                **format_values(channel.values, currency),
                "spend_share": format_share(channel.spend_share),
            }
            for channel in stats.channels
        ),
        grain=stats.grain,
        series=tuple(
            {"period": period.isoformat(), **format_values(values, currency)}
            for period, values in stats.series
        ),
        previous=_previous_result(stats.previous, currency),
        unconverted=round_unconverted(stats.unconverted),
        as_of=stats.as_of,
    )


def _previous_result(stats: PreviousStats | None, currency: str) -> PreviousResult | None:
    if stats is None:
        return None
    totals = format_values(stats.totals, currency)
    return PreviousResult(first=stats.first, last=stats.last, totals=totals)


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


def _range(first: date | None, last: date | None, days: int | None) -> tuple[date, date]:
    if first is None or last is None:
        span = client_of(Integrations).metrics_span()
        if span.first_date is None or span.last_date is None:
            raise NoMetricsError(missing="metrics")
        last = last or span.last_date
        # Clamped to the first calendar day: too early a range is refused later, with its reason.
        back = date.fromordinal(max(1, last.toordinal() + 1 - min(days or MAX_DAYS, MAX_DAYS)))
        first = first or (back if days else max(back, min(span.first_date, last)))
    return first, last


def _previous(table: MetricTable, days: tuple[date, date]) -> PreviousStats | None:
    totals = values_of(table.totals)
    if all(value is None for value in totals.values()):
        return None
    return PreviousStats(*days, totals)


def _channel(row: MetricRow, total_spend: Decimal | None) -> ChannelStats:
    values = values_of(row.values)
    spend = values["spend"]
    share = spend / total_spend if spend is not None and total_spend else None
    return ChannelStats(row.channel or "", values, share)
