"""The dashboard's chart: spend by channel, stacked, and revenue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apps.analytics.overview.queries import DashboardStats
from omnify.money import format_money


def chart_body(stats: DashboardStats) -> dict[str, Any]:
    """What the shell's ``chart.js`` draws; the numbers are on the page, too."""
    periods = [period.isoformat() for period, _ in stats.series]
    spend = {(name, day.isoformat()): value for name, day, value in stats.channel_series}
    series: list[dict[str, Any]] = [
        {
            "name": channel.name,
            "type": "bar",
            "stack": "spend",
            "values": [
                _money(spend.get((channel.name, period)), stats.currency) for period in periods
            ],
        }
        for channel in stats.channels
    ]
    revenue = [_money(values["revenue"], stats.currency) for _, values in stats.series]
    if any(value is not None for value in revenue):
        series.append({"name": "revenue", "type": "line", "axis": "right", "values": revenue})
    return {
        "title": _finding(stats),
        "unit": stats.currency,
        "grain": stats.grain,
        "categories": periods,
        "series": series,
    }


def chart_records(stats: DashboardStats) -> list[dict[str, Any]]:
    """The chart's values, a record a period."""
    body = chart_body(stats)
    return [
        {"period": period} | {each["name"]: each["values"][index] for each in body["series"]}
        for index, period in enumerate(body["categories"])
    ]


def _money(value: Decimal | None, currency: str) -> str | None:
    return None if value is None else format_money(value, currency)


def _finding(stats: DashboardStats) -> str:
    """The chart's title says what it shows, in numbers that are on the page."""
    ranked = [channel for channel in stats.channels if channel.spend_share]
    if not ranked:
        return f"No spend between {stats.first} and {stats.last}"
    top = max(ranked, key=lambda channel: channel.spend_share or 0)
    roas = stats.totals["blended_roas"]
    earned = f"; every {stats.currency} spent met {roas:.2f} of revenue" if roas else ""
    return f"{top.name} takes {top.spend_share:.0%} of the spend{earned}"
