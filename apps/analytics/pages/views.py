"""The executive dashboard: its page, its chart's data, its table as CSV."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.bodies import format_values
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import COUNT, MEASURES
from apps.analytics.queries.dashboard import ChannelStats, DashboardStats, get_dashboard
from omnify.exceptions import InvalidInputError
from omnify.pages.views import PageView

#: The tiles: measure, and whether more of it is good news (None: neither).
TILES = (("revenue", True), ("spend", None), ("blended_roas", True), ("mer_pct", False))
#: Ratios that people read in percent.
SHARES = frozenset({"mer_pct", "ctr", "cvr"})
PRESETS = ((28, "28 days"), (91, "13 weeks"), (364, "52 weeks"), (1456, "4 years"))


class RangeForm(forms.Form):
    """The days in a page's address."""

    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=4000)


class DashboardView(PageView):
    """What earns and what it costs."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page, or with htmx its changing part alone."""
        try:
            stats = _stats(request)
        except NoMetricsError:
            return render(request, "omnify_analytics/empty.html")
        is_part = request.headers.get("HX-Request") == "true"
        template = "omnify_analytics/_dashboard.html" if is_part else "omnify_analytics/page.html"
        return render(request, template, _page_context(stats))


class ChartView(PageView):
    """The chart's data."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: HttpRequest) -> JsonResponse:
        """Spend by channel, stacked, and revenue."""
        return JsonResponse(_chart(_stats(request)))


class ChannelsCsvView(PageView):
    """The channel table as a file."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The same numbers as on the page."""
        stats = _stats(request)
        name = f"channels-{stats.first}-{stats.last}.csv"
        response = HttpResponse(
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
        rows = [_channel_row(channel, stats) for channel in stats.channels]
        writer = csv.DictWriter(response, list(rows[0]) if rows else ["channel"])
        writer.writeheader()
        writer.writerows(rows)
        return response


def _stats(request: HttpRequest) -> DashboardStats:
    form = RangeForm(request.GET)
    if not form.is_valid():
        errors = [{"field": field, "message": text[0]} for field, text in form.errors.items()]
        raise InvalidInputError("Give days as 2026-03-31, or a number of days.", errors=errors)
    asked = form.cleaned_data
    return get_dashboard(
        first=asked["first"], last=asked["last"], days=asked["days"] or PRESETS[2][0]
    )


def _page_context(stats: DashboardStats) -> dict[str, Any]:
    chosen = {"first": stats.first.isoformat(), "last": stats.last.isoformat()}
    return {
        "stats": stats,
        "tiles": [_tile(name, stats, is_good=good) for name, good in TILES],
        "channels": [_shown_row(channel, stats) for channel in stats.channels],
        "range_query": urlencode(chosen),
        "presets": [_preset(days, label, stats.last) for days, label in PRESETS],
    }


def _preset(days: int, label: str, last: date) -> dict[str, str]:
    first = last - timedelta(days=days - 1)
    query = urlencode({"first": first.isoformat(), "last": last.isoformat()})
    return {"label": label, "query": query}


def _tile(name: str, stats: DashboardStats, *, is_good: bool | None) -> dict[str, Any]:
    now = stats.totals[name]
    before = stats.previous.totals[name] if stats.previous else None
    change = (now - before) / before if now is not None and before else None
    is_money = MEASURES[name].unit == "currency"
    return {
        "label": MEASURES[name].label,
        "value": _readable(name, now, stats.currency),
        "unit": stats.currency if is_money else "",
        "change": None if change is None else f"{change:+.1%}",
        "direction": "" if not change else "up" if change > 0 else "down",
        "mood": _mood(change, is_good=is_good),
    }


def _mood(change: Decimal | None, *, is_good: bool | None) -> str:
    if not change or is_good is None:
        return "secondary"
    return "green" if (change > 0) == is_good else "red"


def _readable(name: str, value: Decimal | None, currency: str) -> str | None:
    """A value for reading: with separators, whole counts, shares in percent."""
    if value is None:
        return None
    if name in SHARES:
        return f"{value:.1%}"
    if MEASURES[name].unit == COUNT:
        return f"{value:,.0f}"
    text = format_value(name, value, currency=currency)
    return f"{Decimal(text or 0):,}"


def _shown_row(channel: ChannelStats, stats: DashboardStats) -> dict[str, Any]:
    row = _channel_row(channel, stats)
    return row | {
        name: _readable(name, value, stats.currency) for name, value in channel.values.items()
    }


def _channel_row(channel: ChannelStats, stats: DashboardStats) -> dict[str, Any]:
    values = format_values(channel.values, stats.currency)
    share = "" if channel.spend_share is None else f"{channel.spend_share:.1%}"
    return {"channel": channel.name, "spend_share": share, **values}


def _chart(stats: DashboardStats) -> dict[str, Any]:
    periods = [period.isoformat() for period, _ in stats.series]
    spend = {(name, day.isoformat()): value for name, day, value in stats.channel_series}
    series: list[dict[str, Any]] = [
        {
            "name": channel.name,
            "type": "bar",
            "stack": "spend",
            "values": [_number(spend.get((channel.name, period))) for period in periods],
        }
        for channel in stats.channels
    ]
    revenue = [_number(values["revenue"]) for _, values in stats.series]
    if any(value is not None for value in revenue):
        series.append({"name": "revenue", "type": "line", "axis": "right", "values": revenue})
    return {
        "title": _finding(stats),
        "unit": stats.currency,
        "grain": stats.grain,
        "categories": periods,
        "series": series,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _finding(stats: DashboardStats) -> str:
    """The chart's title says what it shows, in numbers that are on the page."""
    ranked = [c for c in stats.channels if c.spend_share]
    if not ranked:
        return f"No spend between {stats.first} and {stats.last}"
    top = max(ranked, key=lambda channel: channel.spend_share or 0)
    roas = stats.totals["blended_roas"]
    earned = f"; every {stats.currency} spent met {roas:.2f} of revenue" if roas else ""
    return f"{top.name} takes {top.spend_share:.0%} of the spend{earned}"
