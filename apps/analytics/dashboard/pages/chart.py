"""The chart: spend by channel and revenue, or the one measure that was chosen."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.analytics.dashboard.pages.words import short
from apps.analytics.dashboard.queries.numbers import DashboardStats, PeriodValue
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from omnify.pages import numbers
from omnify.pages.parts import Plot, Series
from omnify.pages.parts.controls import say_days


def draw(stats: DashboardStats, measure: str = "") -> Plot:
    """Return what is drawn; the numbers are on the page, too."""
    return _draw_measure(stats, measure) if measure else _draw_spend_and_revenue(stats)


def _draw_spend_and_revenue(stats: DashboardStats) -> Plot:
    periods = stats.course.periods
    revenue = [stats.course.value_of("revenue", period) for period in periods]
    series = [*_channels(stats, "spend", periods)]
    if any(each is not None and each.value is not None for each in revenue):
        series.append(
            _series(stats, "revenue", revenue, name="revenue", type="line", axis="right")
        )
    return _plot(stats, _finding(stats), "spend", series, periods)


def _draw_measure(stats: DashboardStats, measure: str) -> Plot:
    """Return a measure as one line over all."""
    periods = stats.course.periods
    found = [stats.course.value_of(measure, period) for period in periods]
    label = MEASURES[measure].label
    series = []
    if any(each is not None and each.value is not None for each in found):
        series.append(_series(stats, measure, found, name=label, type="line"))
    return _plot(stats, _change(stats, measure), measure, series, periods)


def _channels(stats: DashboardStats, measure: str, periods: list[date]) -> list[Series]:
    return [
        _series(
            stats,
            measure,
            [stats.course.value_of(measure, period, channel.name) for period in periods],
            name=channel.name,
            type="bar",
            stack=measure,
        )
        for channel in stats.channels
    ]


def _plot(
    stats: DashboardStats, title: str, measure: str, series: list[Series], periods: list[date]
) -> Plot:
    return Plot(
        title=title,
        unit=stats.currency if MEASURES[measure].unit == CURRENCY else "",
        grain=stats.grain,
        categories=tuple(period.isoformat() for period in periods),
        series=tuple(series),
    )


def _series(
    stats: DashboardStats, measure: str, found: list[PeriodValue | None], **looks: Any
) -> Series:
    partial = tuple(_partial(each) for each in found)
    return Series(
        values=tuple(
            None if each is None else format_value(measure, each.value, currency=stats.currency)
            for each in found
        ),
        partial=partial if any(partial) else (),
        **looks,
    )


def _partial(found: PeriodValue | None) -> str:
    if found is None or found.value is None or not found.days.is_partial:
        return ""
    return f"{found.days.known} of {found.days.of} days"


def _finding(stats: DashboardStats) -> str:
    """Return a title that says what is shown, in numbers that are on the page."""
    ranked = [channel for channel in stats.channels if channel.spend_share]
    if not ranked:
        return f"No spend between {stats.first} and {stats.last}"
    top = max(ranked, key=lambda channel: channel.spend_share or 0)
    roas = stats.totals["blended_roas"]
    earned = f"; every {stats.currency} spent met {roas:.2f} of revenue" if roas else ""
    return f"{top.name} takes {top.spend_share:.0%} of the spend{earned}"


def _change(stats: DashboardStats, measure: str) -> str:
    """Return a title that says how a measure stands against what it is compared with."""
    label, value = MEASURES[measure].label, stats.totals[measure]
    said = f"{label}: {short(measure, value, stats.currency) or numbers.UNKNOWN}"
    change = stats.previous.change_of(measure) if stats.previous else None
    if change is None or change.now is None or not change.before:
        return said
    share = numbers.change((change.now - change.before) / abs(change.before))
    days = say_days(stats.previous.first, stats.previous.last) if stats.previous else ""
    return f"{said}, {share} against {days}"
