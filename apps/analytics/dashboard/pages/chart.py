"""The dashboard's chart: spend by channel, stacked, and revenue."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from apps.analytics.dashboard.queries import ChannelStats, DashboardStats, PeriodValue
from apps.analytics.metrics.periods import period_end
from omnify.money import format_money
from omnify.pages.parts import Plot, Series, assign_colors, fold_small


def spend_and_revenue(stats: DashboardStats) -> Plot:
    """Return what is drawn; the numbers are on the page, too."""
    periods = _periods(stats)
    colors = assign_colors(channel.name for channel in stats.channels)
    channels = [
        _series(
            stats,
            [stats.channel_series.get((channel.name, period)) for period in periods],
            name=channel.name,
            type="bar",
            stack="spend",
            color=colors[channel.name],
        )
        for channel in sorted(stats.channels, key=_spend, reverse=True)
    ]
    series = [*fold_small(channels)]
    if any(each.value is not None for each in stats.revenue_series.values()):
        revenue = [stats.revenue_series.get(period) for period in periods]
        series.append(
            _series(stats, revenue, name="revenue", type="line", axis="right", role="total")
        )
    return Plot(
        title=_finding(stats),
        about="Spend by channel, and revenue",
        unit=stats.currency,
        grain=stats.grain,
        categories=tuple(period.isoformat() for period in periods),
        series=tuple(series),
    )


def _spend(channel: ChannelStats) -> Decimal:
    return channel.values["spend"] or Decimal(0)


def _periods(stats: DashboardStats) -> list[date]:
    """Return all periods from the first with data to the last; one without any is a gap."""
    known = [period.first for period in stats.series]
    periods = known[:1]
    while known and periods[-1] < known[-1]:
        periods.append(period_end(periods[-1], stats.grain) + timedelta(days=1))
    return periods


def _series(stats: DashboardStats, found: list[PeriodValue | None], **looks: Any) -> Series:
    partial = tuple(_partial(each) for each in found)
    return Series(
        values=tuple(
            None if each is None or each.value is None else format_money(each.value, stats.currency)
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
