"""A channel's own page: its measures, its course, what changed, its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from apps.analytics.dashboard.pages.choice import address_of
from apps.analytics.dashboard.pages.tail import make_chart
from apps.analytics.dashboard.pages.words import (
    IS_GOOD,
    cell_of,
    exact,
    say_unlike,
    short,
    why_unknown,
)
from apps.analytics.dashboard.queries.numbers import PART_MEASURES, DashboardStats
from apps.analytics.metrics.comparison import Unlike
from apps.analytics.metrics.measures import CURRENCY, MEASURES
from omnify.pages.days import say_days
from omnify.pages.parts import Cell, Column, Delta, Empty, Link, Table, Tile

#: What is told even where it is unknown, with the reason.
_ALWAYS: Final = ("spend", "roas")
#: In the order in which money is followed.
_ORDER: Final = tuple(dict.fromkeys((*_ALWAYS, "attributed_revenue", *PART_MEASURES)))


def channel_parts(stats: DashboardStats, choice: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of the page of the channel that the address names."""
    name = choice["channel"]
    days = f"{address_of(stats, choice)}&{urlencode({'channel': name})}"
    is_known = any(channel.name == name for channel in stats.channels)
    measure = choice["measure"] if choice["measure"] in PART_MEASURES else "spend"
    drawn = f"{days}&measure={measure}"
    return {
        "heading": name,
        "tiles": tuple(_tiles(stats, name, measure, days)) if is_known else (),
        "chart": make_chart(
            stats,
            measure,
            name,
            csv_url=f"{reverse('analytics:chart.csv')}?{drawn}",
            xlsx_url=f"{reverse('analytics:chart.xlsx')}?{drawn}",
        )
        if is_known
        else None,
        "rows": _rows(stats, name) if is_known else _nothing(stats, name),
        "breadcrumbs": [
            Link(f"{reverse('analytics:channels')}?{address_of(stats, choice)}", "Channels"),
            Link("", name),
        ],
    }


def _tiles(stats: DashboardStats, channel: str, chosen: str, days: str) -> Iterator[Tile]:
    for name in _ORDER:
        value, change = stats.find(name, channel)
        if value is None and name not in _ALWAYS:
            continue
        before = short(name, change.before, stats.currency)
        yield Tile(
            label=MEASURES[name].label,
            value=short(name, value, stats.currency),
            exact=exact(name, value, stats.currency),
            change=Delta.between(change.before, change.now, is_good=IS_GOOD.get(name)),
            compared_with=f"vs {before}" if before else "",
            otherwise=_reason(name, value is None, change.reason),
            url=f"{reverse('analytics:channel')}?{days}&measure={name}",
            origin_url=f"{reverse('analytics:origin')}?{days}&measure={name}",
            is_chosen=name == chosen,
        )


def _reason(name: str, is_unknown: bool, reason: Unlike | None) -> str:  # noqa: FBT001 - of one tile
    if is_unknown:
        return why_unknown(name)
    return say_unlike(reason) if reason else ""


def _rows(stats: DashboardStats, channel: str) -> Table:
    """Return what is known of each period."""
    names = [name for name in _ORDER if stats.find(name, channel)[0] is not None]
    currency = stats.currency
    found = [
        (period, [stats.course.value_of(name, period, channel) for name in names])
        for period in stats.course.periods
    ]
    return Table(
        id="rows",
        caption=f"By {stats.grain}",
        columns=(
            Column("period", "Period"),
            *(
                Column(
                    name,
                    MEASURES[name].label,
                    currency if MEASURES[name].unit == CURRENCY else "",
                    is_number=True,
                )
                for name in names
            ),
        ),
        rows=tuple(
            (
                Cell(period),
                *(
                    cell_of(name, each.value if each else None, currency)
                    for name, each in zip(names, values, strict=True)
                ),
            )
            for period, values in reversed(found)
        ),
    )


def _nothing(stats: DashboardStats, channel: str) -> Empty:
    return Empty(
        title=f"Nothing is known of {channel or 'this channel'} in these days",
        text=f"There are no numbers of it in {say_days(stats.first, stats.last)}.",
        links=(Link(reverse("analytics:channels"), "All channels"),),
    )
