"""The chart: spend by channel and revenue, or the one measure that was chosen.

``views`` and ``channel`` put it on their pages, with the forecast behind it that ``tail`` draws.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from apps.analytics.dashboard.pages.words import short
from apps.analytics.dashboard.queries.course import PeriodValue
from apps.analytics.dashboard.queries.numbers import (
    PART_MEASURES,
    ChannelStats,
    DashboardStats,
)
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from omnify.names import isolate
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.parts import Plot, Series, assign_colors, fold_small


def draw(stats: DashboardStats, measure: str = "", channel: str | None = None) -> Plot:
    """Return what is drawn: one measure, of a channel or the whole, else spend and revenue."""
    if channel is not None:
        return _draw_measure(stats, measure if measure in PART_MEASURES else "spend", channel)
    if measure:
        return _draw_measure(stats, measure, None)
    return _draw_spend_and_revenue(stats)


def _draw_spend_and_revenue(stats: DashboardStats) -> Plot:
    periods = stats.course.periods
    revenue = [stats.course.value_of("revenue", period) for period in periods]
    series = [*fold_small(_channels(stats, periods))]
    if _is_any_known(revenue):
        looks = {"name": "revenue", "type": "line", "axis": "right", "role": "total"}
        series.append(_series(stats, "revenue", revenue, **looks))
    return _plot(
        stats, "spend", series, title=_finding(stats), about="Spend by channel, and revenue"
    )


def _draw_measure(stats: DashboardStats, measure: str, channel: str | None) -> Plot:
    """Return a measure as a line, and as a second one what it is compared with."""
    periods = stats.course.periods
    found = [stats.course.value_of(measure, period, channel) for period in periods]
    label = MEASURES[measure].label
    series = []
    if _is_any_known(found):
        color = _colors(stats).get(channel or "", 0)
        role = "" if color else "total"
        series.append(
            _series(stats, measure, found, name=label, type="line", color=color, role=role)
        )
    earlier = _earlier(stats, measure, channel, len(periods))
    if series and _is_any_known(earlier) and stats.previous:
        name = say_days(stats.previous.first, stats.previous.last)
        series.append(_series(stats, measure, earlier, name=name, type="line", role="comparison"))
    about = f"{label} of {isolate(channel)}" if channel else label
    about = f"{about}, by {stats.grain}"
    return _plot(stats, measure, series, title=_change(stats, measure, channel), about=about)


def _earlier(
    stats: DashboardStats, measure: str, channel: str | None, most: int
) -> list[PeriodValue | None]:
    """Return the periods that it is compared with, each in the place of the one beside it."""
    course = stats.earlier_course
    if course is None:
        return []
    found = [course.value_of(measure, period, channel) for period in course.periods]
    return (found + [None] * most)[:most]


def _channels(stats: DashboardStats, periods: list[date]) -> list[Series]:
    """Return the spend of the channels, the largest first."""
    colors = _colors(stats)
    return [
        _series(
            stats,
            "spend",
            [stats.course.value_of("spend", period, channel.name) for period in periods],
            name=channel.name,
            type="bar",
            stack="spend",
            color=colors[channel.name],
        )
        for channel in sorted(stats.channels, key=_spend, reverse=True)
    ]


def _colors(stats: DashboardStats) -> dict[str, int]:
    return assign_colors(channel.name for channel in stats.channels)


def _spend(channel: ChannelStats) -> Decimal:
    return channel.values["spend"] or Decimal(0)


def _is_any_known(found: list[PeriodValue | None]) -> bool:
    return any(each is not None and each.value is not None for each in found)


def _plot(
    stats: DashboardStats, measure: str, series: list[Series], *, title: str, about: str
) -> Plot:
    return Plot(
        title=title,
        about=about,
        unit=stats.currency if MEASURES[measure].unit == CURRENCY else "",
        grain=stats.grain,
        categories=tuple(period.isoformat() for period in stats.course.periods),
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
        return f"No spend in {say_days(stats.first, stats.last)}"
    top = max(ranked, key=lambda channel: channel.spend_share or 0)
    roas = stats.totals["blended_roas"]
    earned = (
        f"; every {stats.currency} spent met {numbers.write(roas, 2)} of revenue" if roas else ""
    )
    share = numbers.share(top.spend_share or Decimal(0), 0)
    return f"{isolate(top.name)} takes {share} of the spend{earned}"


def _change(stats: DashboardStats, measure: str, channel: str | None) -> str:
    """Return a title that says how a measure stands against what it is compared with."""
    value, change = stats.find(measure, channel)
    label = MEASURES[measure].label
    if channel:
        label = f"{isolate(channel)}: {label.lower()}"
    said = f"{label} {short(measure, value, stats.currency) or 'is unknown'}"
    if stats.previous is None or change.now is None or not change.before:
        return said
    share = numbers.change((change.now - change.before) / abs(change.before))
    return f"{said}, {share} against {say_days(stats.previous.first, stats.previous.last)}"
