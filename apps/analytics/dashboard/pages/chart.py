"""The dashboard's chart: spend by channel, stacked, and revenue."""

from __future__ import annotations

from decimal import Decimal

from apps.analytics.dashboard.queries import DashboardStats
from omnify.money import format_money
from omnify.pages.parts import Plot, Series


def spend_and_revenue(stats: DashboardStats) -> Plot:
    """Return what is drawn; the numbers are on the page, too."""
    periods = [period.first for period in stats.series]
    spend = {(name, day): value for name, day, value in stats.channel_series}

    def values(found: list[Decimal | None]) -> tuple[str | None, ...]:
        return tuple(
            None if value is None else format_money(value, stats.currency) for value in found
        )

    series = [
        Series(
            name=channel.name,
            type="bar",
            stack="spend",
            values=values([spend.get((channel.name, period)) for period in periods]),
        )
        for channel in stats.channels
    ]
    revenue = values([period.values["revenue"] for period in stats.series])
    if any(value is not None for value in revenue):
        series.append(Series(name="revenue", type="line", axis="right", values=revenue))
    return Plot(
        title=_finding(stats),
        unit=stats.currency,
        grain=stats.grain,
        categories=tuple(period.isoformat() for period in periods),
        series=tuple(series),
    )


def _finding(stats: DashboardStats) -> str:
    """Return a title that says what is shown, in numbers that are on the page."""
    ranked = [channel for channel in stats.channels if channel.spend_share]
    if not ranked:
        return f"No spend between {stats.first} and {stats.last}"
    top = max(ranked, key=lambda channel: channel.spend_share or 0)
    roas = stats.totals["blended_roas"]
    earned = f"; every {stats.currency} spent met {roas:.2f} of revenue" if roas else ""
    return f"{top.name} takes {top.spend_share:.0%} of the spend{earned}"
