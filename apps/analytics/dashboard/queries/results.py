"""The dashboard's numbers as the API has them."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.analytics.contract import MeasureValue
from apps.analytics.dashboard.messages import (
    CHANNEL_MEASURES,
    SERIES_MEASURES,
    TOTAL_MEASURES,
    DashboardQuery,
    DashboardResult,
    PreviousResult,
)
from apps.analytics.dashboard.queries.course import Course
from apps.analytics.dashboard.queries.numbers import (
    Asked,
    ChannelStats,
    PreviousStats,
    Values,
    get_dashboard,
)
from apps.analytics.exceptions import QueryInvalidError
from apps.analytics.metrics.formats import format_share
from apps.analytics.metrics.rows import (
    format_coverage,
    format_days,
    format_values,
    round_unconverted,
)

_DEFAULT_DAYS = 30
_DAYS_TWICE = {"field": "days", "message": "Give a first day or how many days, not both."}


def get_result(query: DashboardQuery) -> DashboardResult:
    """Return the dashboard's numbers as the API shows them.

    Raises:
        QueryInvalidError: both a first day and how many days; or as ``get_dashboard`` says.
    """
    if query.first is not None and query.days is not None:
        raise QueryInvalidError(errors=[_DAYS_TWICE])
    days = query.days or _DEFAULT_DAYS
    stats = get_dashboard(Asked(first=query.first, last=query.last, days=days))
    currency = stats.currency
    return DashboardResult(
        currency=currency,
        first=stats.first,
        last=stats.last,
        totals=_values(stats.totals, TOTAL_MEASURES, currency),
        coverage=_coverage(stats.coverage, TOTAL_MEASURES),
        channels=tuple(_channel(channel, currency) for channel in stats.channels),
        grain=stats.grain,
        series=tuple(
            _period(stats.course, period, currency)
            for period in sorted(period for _, period in stats.course.whole.rows if period)
        ),
        previous=_previous(stats.previous, currency),
        unconverted=round_unconverted(stats.unconverted),
        as_of=stats.as_of,
        late=stats.history.sources.late,
    )


def _channel(channel: ChannelStats, currency: str) -> dict[str, Any]:
    return {
        "name": channel.name,
        **_values(channel.values, CHANNEL_MEASURES, currency),
        "spend_share": format_share(channel.spend_share),
        "coverage": _coverage(channel.coverage, CHANNEL_MEASURES),
    }


def _period(course: Course, period: date, currency: str) -> dict[str, Any]:
    sums = course.whole.rows[None, period]
    return {
        "period": period.isoformat(),
        **format_values({name: sums.value(name) for name in SERIES_MEASURES}, currency),
        **format_days(course.whole.days_of((None, period), SERIES_MEASURES)),
    }


def _previous(stats: PreviousStats | None, currency: str) -> PreviousResult | None:
    if stats is None:
        return None
    return PreviousResult(
        first=stats.first,
        last=stats.last,
        totals=stats.totals and _values(stats.totals, TOTAL_MEASURES, currency),
        current=_values(stats.current, TOTAL_MEASURES, currency),
        reason=stats.reason,
    )


def _values(values: Values, names: tuple[str, ...], currency: str) -> dict[str, Any]:
    return format_values({name: values[name] for name in names}, currency)


def _coverage(coverage: tuple[MeasureValue, ...], names: tuple[str, ...]) -> dict[str, str | None]:
    return format_coverage(tuple(item for item in coverage if item.measure in names))
