"""The executive dashboard: its page, its chart's numbers, and both as files."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from apps.analytics.dashboard.pages.channels import DEFAULT_SORT, SORTABLE, channel_table
from apps.analytics.dashboard.pages.chart import spend_and_revenue
from apps.analytics.dashboard.pages.words import readable
from apps.analytics.dashboard.queries import DashboardStats, PreviousStats, get_dashboard
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from apps.analytics.metrics.rows import Unconverted, round_unconverted
from omnify.api.heavy import heavy_work
from omnify.exceptions import InvalidInputError
from omnify.pages.files import csv_file
from omnify.pages.parts import Banner, Chart, DateRange, Delta, Part, Preset, Table, Tile
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
    sort = forms.ChoiceField(
        required=False, choices=[(sign + key, key) for key in SORTABLE for sign in ("", "-")]
    )


class StatsPage(PageView, is_base=True):
    """The base of what shows the numbers of the days in its address."""

    @cached_property
    def choice(self) -> dict[str, Any]:
        """What the address says."""
        form = DashboardForm(self.request.GET)
        if not form.is_valid():
            errors = [{"field": field, "message": text[0]} for field, text in form.errors.items()]
            raise InvalidInputError("These days cannot be shown.", errors=errors)
        return form.cleaned_data

    @property
    def preset(self) -> str:
        """The usual range that is shown, empty when days were given."""
        choice = self.choice
        given = choice["first"] or choice["last"]
        return choice["range"] or ("" if given else DEFAULT_RANGE)

    @cached_property
    def stats(self) -> DashboardStats:
        """The numbers."""
        preset = self.preset or DEFAULT_RANGE
        days = None if preset == "all" else int(preset)
        if self.choice["range"]:
            return get_dashboard(first=None, last=None, days=days)
        return get_dashboard(first=self.choice["first"], last=self.choice["last"], days=days)

    def file(self, table: Table, name: str) -> HttpResponse:
        """Return a table as a file that is named by its days."""
        return csv_file(table, name=f"{name}-{self.stats.first}-{self.stats.last}")


class DashboardView(StatsPage):
    """What earns and what it costs."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show the page."""
        try:
            context = _parts(self.stats, sort=self.choice["sort"] or DEFAULT_SORT)
        except NoMetricsError:
            return self.show("omnify_analytics/empty.html")
        days = DateRange(
            first=self.stats.first,
            last=self.stats.last,
            timezone=self.stats.timezone,
            presets=tuple(Preset(*preset) for preset in PRESETS.items()),
            chosen=self.preset,
        )
        return self.show("omnify_analytics/dashboard.html", {"days": days, **context})


class ChartView(StatsPage):
    """The chart's numbers."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest) -> JsonResponse:
        """Return spend by channel, stacked, and revenue."""
        return JsonResponse(spend_and_revenue(self.stats).to_json())


class ChartCsvView(StatsPage):
    """The chart's numbers as a file."""

    access: ClassVar = {"GET": "analytics:view"}

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Return a row a period."""
        return self.file(spend_and_revenue(self.stats).to_table(), "spend-and-revenue")


class ChannelsCsvView(StatsPage):
    """The channel table as a file."""

    access: ClassVar = {"GET": "analytics:view"}

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Return the same numbers as on the page."""
        return self.file(channel_table(self.stats), "channels")


def _parts(stats: DashboardStats, *, sort: str) -> dict[str, Any]:
    days = urlencode({"first": stats.first.isoformat(), "last": stats.last.isoformat()})
    csv_url = f"{reverse('analytics:channels.csv')}?{days}"
    return {
        "tiles": [_tile(name, stats, is_good=good) for name, good in TILES],
        "unconverted": [_unconverted(amount) for amount in round_unconverted(stats.unconverted)],
        "chart": Chart(
            title="Spend and revenue",
            url=f"{reverse('analytics:chart')}?{days}",
            csv_url=f"{reverse('analytics:chart.csv')}?{days}",
        ),
        "channels": channel_table(stats, sort=sort, csv_url=csv_url),
        "as_of": stats.as_of,
    }


def _tile(name: str, stats: DashboardStats, *, is_good: bool | None) -> Part:
    previous = stats.previous
    before = previous.totals[name] if previous and previous.totals else None
    after = previous.current[name] if previous else None
    return Tile(
        label=MEASURES[name].label,
        value=readable(name, stats.totals[name], stats.currency),
        unit=stats.currency if MEASURES[name].unit == CURRENCY else "",
        change=Delta.between(before, after, is_good=is_good),
        compared_with=_compared_with(stats, readable(name, before, stats.currency)),
        otherwise=_why_not_compared(name, previous),
    )


def _compared_with(stats: DashboardStats, before: str) -> str:
    """Return what a change is measured against, and its own days if not all of the range."""
    previous = stats.previous
    if previous is None:
        return ""
    text = f"vs {before} from {previous.first} to {previous.last}"
    days = (previous.current_first, previous.current_last)
    if days == (stats.first, stats.last):
        return text
    return f"{days[0]} to {days[1]} {text}"


def _why_not_compared(name: str, previous: PreviousStats | None) -> str:
    reason = previous.reasons[name] if previous else ""
    return f"no change: {reason}" if reason else "no earlier days to compare with"


def _unconverted(amount: Unconverted) -> Part:
    currency = amount.currency
    known = {
        "spend": amount.spend,
        "revenue": amount.revenue,
        "attributed revenue": amount.attributed_revenue,
    }
    amounts = " and ".join(
        f"{value} {currency} of {name}" for name, value in known.items() if value
    )
    return Banner(
        level="warning", text=f"Not in the totals, since there is no exchange rate: {amounts}."
    )
