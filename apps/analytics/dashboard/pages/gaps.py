"""What the data lacks, the most valuable first, each with the way to add it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from apps.analytics.dashboard.queries.numbers import DashboardStats
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.rows import Unconverted, round_unconverted
from apps.integrations.contract import RATES_PAGE
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.parts import Banner, Entry, LinkButton, Listing, Section
from omnify.pages.places import first_page_of, place_of
from omnify.pages.session import PageRequest

_MOST: Final = 3
#: What needs a measure that the data lacks, the most telling first.
_NEEDED_FOR: Final = {
    "revenue": "blended_roas",
    "spend": "blended_roas",
    "attributed_revenue": "roas",
    "conversions": "cpa",
    "clicks": "cpc",
    "impressions": "cpm",
}
#: The measures without which nothing can be said.
_FIRST: Final = ("revenue", "spend")
#: So many days after the last one data is expected, by the grain of its rows.
_EXPECTED_AFTER: Final = {"day": 3, "week": 10, "month": 40}
#: What is wrong, and what the button is called that leads to where files are imported.
_Gap = tuple[str, str]


def find_gaps(request: PageRequest, stats: DashboardStats) -> Section | None:
    """Return at most three gaps; nothing where there is none."""
    files = first_page_of(request, "integrations")
    # Who may import may add rates.
    rates = place_of(request, "integrations", RATES_PAGE) if files else ""
    gaps = islice(_gaps(stats, rates=rates, files=files), _MOST)
    entries = tuple(
        Entry(text=text, parts=(LinkButton(url=url, label=label),) if url else ())
        for text, label, url in gaps
    )
    return (
        Section(title="What the data lacks", parts=(Listing(entries=entries),)) if entries else None
    )


def _gaps(stats: DashboardStats, *, rates: str, files: str) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong, what its button is called, and where that leads."""
    for text in _without_rate(stats):
        yield text, "Add exchange rates", rates
    for text, label in _of_files(stats):
        yield text, label, files


def _of_files(stats: DashboardStats) -> Iterator[_Gap]:
    yield from _absent(stats, _FIRST)
    yield from _missing_days(stats)
    yield from _old(stats)
    yield from _absent(stats, [name for name in _NEEDED_FOR if name not in _FIRST])


def _without_rate(stats: DashboardStats) -> Iterator[str]:
    found = [text for each in round_unconverted(stats.unconverted) if (text := _amounts(each))]
    if found:
        yield f"Not in the totals, since there is no exchange rate: {'; '.join(found)}."


def say_late(stats: DashboardStats) -> str:
    """Say whose last change is not among the numbers yet; nothing where all are there."""
    late = stats.history.sources.late
    if not late:
        return ""
    others = f" and {len(late) - 1} more" if len(late) > 1 else ""
    return f"Still being taken in: the last change of {late[0]}{others}. Reload in a moment."


def warn_of_unconverted(stats: DashboardStats) -> list[Banner]:
    """Return what stands above totals that lack money without a rate."""
    return [Banner(level="warning", text=text) for text in _without_rate(stats)]


def _amounts(amount: Unconverted) -> str:
    known = {
        "spend": amount.spend,
        "revenue": amount.revenue,
        "attributed revenue": amount.attributed_revenue,
    }
    return " and ".join(
        f"{numbers.exact(value)} {amount.currency} of {name}"
        for name, value in known.items()
        if value
    )


def _absent(stats: DashboardStats, names: list[str] | tuple[str, ...]) -> Iterator[_Gap]:
    for name in names:
        if name not in stats.known.measures and stats.known.measures:
            label, lost = MEASURES[name].label.lower(), MEASURES[_NEEDED_FOR[name]].label
            yield f"{lost} is unknown: the data has no {label} of these days.", f"Add {label}"


def _missing_days(stats: DashboardStats) -> Iterator[_Gap]:
    for name, days in stats.known.missing.items():
        count = f"{len(days)} days" if len(days) > 1 else "a day"
        run = _first_run(days)
        such = "" if len(run) == len(days) else "such as "
        said = f"{such}{say_days(run[0], run[-1])}"
        yield f"{MEASURES[name].label} of {count} in between is unknown: {said}.", "Add these days"


def _first_run(days: tuple[date, ...]) -> list[date]:
    return [day for at, day in enumerate(days) if (day - days[0]).days == at]


def _old(stats: DashboardStats) -> Iterator[_Gap]:
    age = (stats.today - stats.latest).days
    if age > _EXPECTED_AFTER[stats.grains[0]]:
        ago = f"{numbers.write(Decimal(age), 0)} days ago"
        yield (
            f"The data ends on {say_days(stats.latest, stats.latest)}, {ago}.",
            "Import newer days",
        )
