"""The dashboard: its page, its chart's numbers, and both as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from django.urls import reverse

from apps.analytics.dashboard.pages.channel import channel_parts
from apps.analytics.dashboard.pages.channels import DEFAULT_SORT, channel_table, with_course
from apps.analytics.dashboard.pages.choice import (
    DAYS,
    address_of,
    asked_of,
    control_of,
    read_choice,
    read_kept,
    say_problem,
    write_kept,
)
from apps.analytics.dashboard.pages.findings import TITLE, await_changes, find_changes
from apps.analytics.dashboard.pages.gaps import find_gaps, say_late, warn_of_unconverted
from apps.analytics.dashboard.pages.origin import origin_parts
from apps.analytics.dashboard.pages.tail import draw_ahead, find_ahead, make_chart, read_charted
from apps.analytics.dashboard.pages.tiles import make_tiles, say_compared
from apps.analytics.dashboard.queries.numbers import DashboardStats, get_dashboard
from apps.analytics.exceptions import NoMetricsError
from omnify.api.heavy import heavy_work
from omnify.exceptions import InvalidInputError
from omnify.pages.files import csv_file
from omnify.pages.layouts import is_part_asked
from omnify.pages.parts import Link, Menu, Table
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView

#: Where a browser keeps the days that were chosen last.
COOKIE: Final = "omnify-days"
_COOKIE_SECONDS: Final = 365 * 24 * 3600


def _parts(stats: DashboardStats, choice: dict[str, Any]) -> dict[str, Any]:
    days = address_of(stats, choice)
    page = f"{reverse('analytics:dashboard')}?{days}"
    origin = f"{reverse('analytics:origin')}?{days}&measure="
    measure = f"&measure={choice['measure']}" if choice["measure"] else ""
    return {
        "tiles": make_tiles(stats, chosen=choice["measure"], url=page, origin_url=origin),
        "all_url": page if measure else "",
        "chart": make_chart(
            stats,
            choice["measure"],
            csv_url=f"{reverse('analytics:chart.csv')}?{days}{measure}",
            xlsx_url=f"{reverse('analytics:chart.xlsx')}?{days}{measure}",
        ),
        "more": Menu(
            links=(
                Link(f"{reverse('analytics:view.new')}?{days}", "Save a view"),
                Link(reverse("analytics:views"), "Saved views"),
            )
        ),
        **_channels(stats, choice),
    }


def _channels(stats: DashboardStats, choice: dict[str, Any]) -> dict[str, Any]:
    """Return the table of channels, with what it leaves out and how old it is."""
    days = address_of(stats, choice)
    table = channel_table(
        stats,
        sort=choice["sort"] or DEFAULT_SORT,
        csv_url=f"{reverse('analytics:channels.csv')}?{days}",
        xlsx_url=f"{reverse('analytics:channels.xlsx')}?{days}",
    )
    return {
        "unconverted": warn_of_unconverted(stats),
        "channels": with_course(
            table,
            stats,
            url=f"{reverse('analytics:channel')}?{days}&channel=",
            origin_url=f"{reverse('analytics:origin')}?{days}&measure=",
        ),
        "compared": say_compared(stats),
        "latest": stats.latest,
        "late": say_late(stats),
        "as_of": stats.as_of,
    }


class StatsPage(PageView, is_base=True):
    """The base of what shows the numbers of the days in its address."""

    @cached_property
    def choice(self) -> dict[str, Any]:
        """What the address says; without any days, what was chosen last."""
        sent = self.request.GET.copy()
        if not any(sent.get(name) for name in DAYS):
            for name, value in read_kept(self.request.COOKIES.get(COOKIE, "")).items():
                sent[name] = value
        return read_choice(sent)

    @cached_property
    def stats(self) -> DashboardStats:
        """The numbers."""
        return get_dashboard(asked_of(self.choice))

    def keep_days(self, response: HttpResponse) -> HttpResponse:
        """Let the browser keep the days that its address chose."""
        if kept := write_kept(self.request.GET):
            response.set_cookie(
                COOKIE,
                kept,
                max_age=_COOKIE_SECONDS,
                path="/app/",
                secure=self.request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        return response


class StatsFile(StatsPage, is_base=True):
    """The base of a table as a file."""

    access: ClassVar = {"GET": "analytics:view"}
    #: Writes it: as CSV, or as a workbook.
    write: Callable[..., HttpResponse] = staticmethod(csv_file)

    def file(self, table: Table, name: str) -> HttpResponse:
        """Return a table as a file that is named by its days."""
        return self.write(table, name=f"{name}-{self.stats.first}-{self.stats.last}")


class WholePage(StatsPage, is_base=True):
    """The base of a page with the one control of days, or a way to begin where no data is."""

    access: ClassVar = {"GET": "analytics:view"}
    heading: ClassVar[str]
    template: ClassVar[str]

    def get(self, request: PageRequest) -> HttpResponse:
        """Show the page."""
        try:
            return self._answer()
        except NoMetricsError:
            return self.show("omnify_analytics/empty.html", {"heading": self.heading})

    def _answer(self) -> HttpResponse:
        try:
            choice, stats = self.choice, self.stats
        except InvalidInputError as error:
            problem = say_problem(error)
            if not problem:
                raise
            return self._show_former(problem, status=error.status)
        context = {"days": control_of(stats, choice), **self.find_parts(stats, choice)}
        return self.keep_days(self.show(self.template, context))

    def _show_former(self, problem: str, *, status: int) -> HttpResponse:
        """Show the days that were chosen last, and beside the fields what is wrong with others."""
        sent: Mapping[str, str] = self.request.GET
        others = {name: value for name, value in sent.items() if name not in DAYS}
        kept = read_kept(self.request.COOKIES.get(COOKIE, ""))
        choice = read_choice({**others, **kept})
        try:
            stats = get_dashboard(asked_of(choice))
        except InvalidInputError:
            choice = read_choice(others)
            stats = get_dashboard(asked_of(choice))
        days = control_of(stats, choice, problem=problem, typed=sent)
        context = {"days": days, **self.find_parts(stats, choice)}
        # Nothing but a success is taken into a page.
        shown = 200 if is_part_asked(self.request) else status
        return self.show(self.template, context, status=shown)

    def find_parts(self, stats: DashboardStats, choice: dict[str, Any]) -> dict[str, Any]:
        """Return what the page shows below the control."""
        raise NotImplementedError


class DashboardView(WholePage):
    """The Overview: what earns and what it costs."""

    heading = "Overview"
    template = "omnify_analytics/dashboard.html"

    def find_parts(self, stats: DashboardStats, choice: dict[str, Any]) -> dict[str, Any]:
        """Return the numbers, the place of what agents found in them, and what the data lacks."""
        return {
            **_parts(stats, choice),
            "changes": await_changes(stats),
            "gaps": find_gaps(self.request, stats),
        }


class ChangesView(PageView):
    """What agents found, which comes by itself once the Overview is there."""

    access: ClassVar = {"GET": "agent:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show the findings of their latest run."""
        return self.show_part(find_changes(request, request.GET), heading=TITLE)


class AheadView(PageView):
    """What is foreseen behind a chart's line, which comes by itself once the chart is there."""

    access: ClassVar = {"GET": "analytics:view"}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show the forecast, else why there is none."""
        return self.show_part(find_ahead(request, read_charted(request.GET)), heading="Forecast")


class ChannelListView(WholePage):
    """The channels beside each other."""

    heading = "Channels"
    template = "omnify_analytics/channels.html"
    find_parts = staticmethod(_channels)


class ChannelView(WholePage):
    """One channel: its measures, its course, what changed."""

    heading = "Channels"
    template = "omnify_analytics/channel.html"

    def find_parts(self, stats: DashboardStats, choice: dict[str, Any]) -> dict[str, Any]:
        """Return the channel's numbers."""
        return channel_parts(stats, choice)


class OriginView(WholePage):
    """Where one number comes from, beside the page that has it."""

    heading = "Overview"
    template = "omnify_analytics/origin.html"

    def find_parts(self, stats: DashboardStats, choice: dict[str, Any]) -> dict[str, Any]:
        """Return the rows of each source, and what is made of them."""
        return origin_parts(self.request, stats, choice)


class ChartFileView(StatsFile):
    """The chart's numbers as a file."""

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Return a row a period."""
        measure, channel = self.choice["measure"], self.choice["channel"]
        name = measure.replace("_", "-") or "spend-and-revenue"
        plot = draw_ahead(self.stats, measure, channel)
        return self.file(plot.to_table(), name)


class ChannelsFileView(StatsFile):
    """The channel table as a file."""

    @heavy_work()
    def get(self, request: PageRequest) -> HttpResponse:
        """Return the same numbers as on the page."""
        return self.file(channel_table(self.stats), "channels")
