"""The executive dashboard: its page, its chart's numbers, and both as CSV."""

from __future__ import annotations

import csv
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from apps.analytics.metrics.rows import round_unconverted
from apps.analytics.overview.pages.channels import (
    DEFAULT_SORT,
    SORTS,
    channel_records,
    channel_table,
)
from apps.analytics.overview.pages.chart import chart_body, chart_records
from apps.analytics.overview.pages.words import change_of, readable
from apps.analytics.overview.queries import DashboardStats, get_dashboard
from omnify.exceptions import InvalidInputError
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

#: The tiles: measure, and whether more of it is good news (None: neither).
TILES = (("revenue", True), ("spend", None), ("blended_roas", True), ("mer_pct", False))
#: The usual ranges, by their value in the address: so many days up to the last one with data.
PRESETS = {"28": "28 days", "91": "13 weeks", "364": "52 weeks", "1456": "4 years", "all": "All"}
DEFAULT_RANGE = "364"


class DashboardForm(forms.Form):
    """The days, and the order of the table, in a page's address."""

    range = forms.ChoiceField(required=False, choices=tuple(PRESETS.items()))
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    sort = forms.ChoiceField(required=False, choices=SORTS)


class DashboardView(PageView):
    """What earns and what it costs."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """The page, or with htmx its changing part alone."""
        asked = _asked(request)
        try:
            stats = _stats(asked)
        except NoMetricsError:
            return render(request, "omnify_analytics/empty.html")
        # Going back beyond what htmx keeps asks for the whole page.
        is_part = request.htmx and not request.htmx.history_restore_request
        template = "omnify_analytics/_dashboard.html" if is_part else "omnify_analytics/page.html"
        return render(request, template, _page_context(stats, asked))


class ChartView(PageView):
    """The chart's numbers."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: HttpRequest) -> JsonResponse:
        """Spend by channel, stacked, and revenue."""
        return JsonResponse(chart_body(_stats(_asked(request))))


class ChartCsvView(PageView):
    """The chart's numbers as a file."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """A row a period."""
        stats = _stats(_asked(request))
        return _file("spend-and-revenue", stats, chart_records(stats), ["period"])


class ChannelsCsvView(PageView):
    """The channel table as a file."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The same numbers as on the page."""
        stats = _stats(_asked(request))
        return _file("channels", stats, channel_records(stats), ["channel"])


def _asked(request: HttpRequest) -> dict[str, Any]:
    form = DashboardForm(request.GET)
    if not form.is_valid():
        errors = [{"field": field, "message": text[0]} for field, text in form.errors.items()]
        raise InvalidInputError("This address asks for what there is not.", errors=errors)
    return form.cleaned_data


def _stats(asked: dict[str, Any]) -> DashboardStats:
    days = _days(asked)
    if asked["range"]:
        return get_dashboard(first=None, last=None, days=days)
    return get_dashboard(first=asked["first"], last=asked["last"], days=days)


def _days(asked: dict[str, Any]) -> int | None:
    chosen = _chosen(asked) or DEFAULT_RANGE
    return None if chosen == "all" else int(chosen)


def _chosen(asked: dict[str, Any]) -> str:
    """The usual range that is shown, empty when days were given."""
    if asked["range"]:
        return str(asked["range"])
    return "" if asked["first"] or asked["last"] else DEFAULT_RANGE


def _page_context(stats: DashboardStats, asked: dict[str, Any]) -> dict[str, Any]:
    days = urlencode({"first": stats.first.isoformat(), "last": stats.last.isoformat()})
    return {
        "as_of": stats.as_of,
        "unconverted": round_unconverted(stats.unconverted),
        "tiles": [_tile(name, stats, is_good=good) for name, good in TILES],
        "chart": {
            "title": "Spend and revenue",
            "url": f"/app/analytics/chart?{days}",
            "csv_url": f"/app/analytics/chart.csv?{days}",
        },
        "table": channel_table(
            stats,
            sort=asked["sort"] or DEFAULT_SORT,
            csv_url=f"/app/analytics/channels.csv?{days}",
        ),
        "date_range": {
            "first": stats.first,
            "last": stats.last,
            "timezone": stats.timezone,
            "chosen": _chosen(asked),
            "target": "#dashboard",
            "presets": [{"value": value, "label": label} for value, label in PRESETS.items()],
        },
    }


def _tile(name: str, stats: DashboardStats, *, is_good: bool | None) -> dict[str, Any]:
    now = stats.totals[name]
    before = stats.previous.totals[name] if stats.previous else None
    return {
        "label": MEASURES[name].label,
        "value": readable(name, now, stats.currency),
        "unit": stats.currency if MEASURES[name].unit == CURRENCY else "",
        "change": change_of(now, before, is_good=is_good),
    }


def _file(
    name: str, stats: DashboardStats, records: list[dict[str, Any]], columns: list[str]
) -> HttpResponse:
    """Records as CSV, named by their days; ``columns`` where there are no records."""
    file_name = f"{name}-{stats.first}-{stats.last}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
    writer = csv.DictWriter(response, list(records[0]) if records else columns)
    writer.writeheader()
    writer.writerows(records)
    return response
