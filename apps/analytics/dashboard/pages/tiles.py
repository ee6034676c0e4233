"""The tiles: a few measures that the data has, with their course and what changed."""

from __future__ import annotations

from typing import Final

import msgspec

from apps.analytics.dashboard.pages.words import IS_GOOD, exact, say_unlike, short, why_unknown
from apps.analytics.dashboard.queries.numbers import DashboardStats, PreviousStats
from apps.analytics.metrics.measures import MEASURES
from omnify.pages.days import say_days
from omnify.pages.parts import Delta, Sparkline, Tile

#: What tiles show, the most telling first.
CANDIDATES: Final = (
    *("revenue", "spend", "blended_roas", "mer_pct", "orders", "attributed_revenue", "roas"),
    *("conversions", "cpa", "clicks", "cpc", "impressions", "cpm", "ctr"),
)
_MOST: Final = 5


def make_tiles(
    stats: DashboardStats, *, chosen: str, url: str, origin_url: str
) -> tuple[Tile, ...]:
    """Return the tiles; ``url`` is the page's address, to which a measure is added.

    A measure's name ends ``origin_url``, which says where it comes from.
    """
    return tuple(
        msgspec.structs.replace(
            _tile(name, stats, is_chosen=name == chosen, url=f"{url}&measure={name}"),
            origin_url=f"{origin_url}{name}",
        )
        for name in _names(stats)
    )


def _names(stats: DashboardStats) -> list[str]:
    known = [name for name in CANDIDATES if stats.totals[name] is not None]
    return (known or list(CANDIDATES[:2]))[:_MOST]


def _tile(name: str, stats: DashboardStats, *, is_chosen: bool, url: str) -> Tile:
    value, previous = stats.totals[name], stats.previous
    change = previous.change_of(name) if previous else None
    delta = Delta.between(change.before, change.now, is_good=IS_GOOD.get(name)) if change else None
    before = short(name, change.before, stats.currency) if change else ""
    return Tile(
        label=MEASURES[name].label,
        value=short(name, value, stats.currency),
        exact=exact(name, value, stats.currency),
        change=delta,
        compared_with=f"vs {before}" if previous else "",
        otherwise=why_unknown(name) if value is None else _why_not_compared(name, previous),
        sparkline=_sparkline(name, stats),
        url=url,
        is_chosen=is_chosen,
    )


def say_compared(stats: DashboardStats) -> str:
    """Return which days changes compare, where they are not just those of the choice of days."""
    previous = stats.previous
    if previous is None or (previous.current_first, previous.current_last) == (
        stats.first,
        stats.last,
    ):
        return ""
    days = say_days(previous.current_first, previous.current_last)
    return f"Changes: {days} vs {say_days(previous.first, previous.last)}"


def _why_not_compared(name: str, previous: PreviousStats | None) -> str:
    if previous is None:
        return ""
    reason = previous.reasons[name]
    return say_unlike(reason) if reason else "no change: it was zero"


def _sparkline(name: str, stats: DashboardStats) -> Sparkline | None:
    """Return the course of whole periods; none where fewer than two are known."""
    found = [stats.course.value_of(name, period) for period in stats.course.periods]
    values = tuple(None if each is None or each.days.is_partial else each.value for each in found)
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    ends = [short(name, value, stats.currency) for value in (known[0], known[-1])]
    label = f"{MEASURES[name].label} by {stats.grain}, from {ends[0]} to {ends[1]}"
    return Sparkline(values=values, label=label)
