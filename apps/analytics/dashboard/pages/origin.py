"""Where a number comes from: its formula, the rows of each source, their files, its coverage."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.urls import reverse

from apps.analytics.dashboard.pages.choice import address_of
from apps.analytics.dashboard.pages.gaps import say_late
from apps.analytics.dashboard.pages.words import cell_of, exact, why_unknown
from apps.analytics.dashboard.queries.numbers import PART_MEASURES, DashboardStats
from apps.analytics.dashboard.queries.origins import Origin, find_origins, list_files
from apps.analytics.metrics.measures import CURRENCY, MEASURES, Ratio
from apps.integrations.contract import ImportedFile
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.parts import Cell, Column, Empty, Entry, Link, Listing, Part, Section, Table
from omnify.pages.places import place_of
from omnify.pages.session import PageRequest

#: So many files are named.
_MOST: Final = 10


def origin_parts(
    request: PageRequest, stats: DashboardStats, choice: dict[str, Any]
) -> dict[str, Any]:
    """Return the parts of the page about the measure, and maybe the channel, of the address."""
    channel = choice["channel"] or None
    measure = choice["measure"] or "spend"
    if channel and measure not in PART_MEASURES:
        measure = "spend"
    label = MEASURES[measure].label
    origins = find_origins(stats, measure, channel)
    back = f"{reverse('analytics:dashboard')}?{address_of(stats, choice)}"
    return {
        "heading": f"{label} of {channel}" if channel else label,
        "about": Section(
            title=exact(measure, stats.find(measure, channel)[0], stats.currency) or "Unknown",
            parts=(
                Listing(entries=tuple(Entry(line) for line in _lines(stats, measure, channel))),
            ),
        ),
        "sources": _sources(origins, stats) if origins else [_nothing(measure)],
        "files": _files(request, origins, stats) if origins else None,
        "breadcrumbs": [Link(back, "Overview"), Link("", f"{label}: where it comes from")],
    }


def _lines(stats: DashboardStats, measure: str, channel: str | None) -> list[str]:
    lines = [_formula(measure), f"Days: {say_days(stats.first, stats.last)}."]
    coverage = stats.coverage_of(measure, channel)
    if isinstance(MEASURES[measure], Ratio) and stats.find(measure, channel)[0] is not None:
        share = "a part" if coverage is None else numbers.share(coverage)
        lines.append(f"It rests on {share} of the {_rest(measure)}.")
    if stats.as_of:
        lines.append(f"The data changed last on {stats.as_of:%-d %b %Y, %H:%M} UTC.")
    if late := say_late(stats):
        lines.append(late)
    return lines


def _formula(name: str) -> str:
    """Return how a measure comes about, in words."""
    measure = MEASURES[name]
    if not isinstance(measure, Ratio):
        return f"The sum of all rows that know {measure.label.lower()}."
    above, below = (MEASURES[each].label for each in (measure.numerator, measure.denominator))
    times = f", times {measure.scale:,}" if measure.scale > 1 else ""
    days = "days" if measure.is_blended else "rows"
    return f"{above} divided by {below.lower()}{times}, over the {days} that know both."


def _rest(name: str) -> str:
    measure = MEASURES[name]
    parts = (measure.numerator, measure.denominator) if isinstance(measure, Ratio) else ()
    return "spend" if "spend" in parts or not parts else MEASURES[parts[0]].label.lower()


def _sources(origins: tuple[Origin, ...], stats: DashboardStats) -> list[Part]:
    """Return a table a measure: two of a ratio."""
    names = dict.fromkeys(each.measure for each in origins)
    return [
        _table(name, [each for each in origins if each.measure == name], stats) for name in names
    ]


def _table(measure: str, origins: list[Origin], stats: DashboardStats) -> Table:
    unit = stats.currency if MEASURES[measure].unit == CURRENCY else ""
    return Table(
        id=f"sources-{measure.replace('_', '-')}",
        caption=f"{MEASURES[measure].label} by source",
        columns=(
            Column("source", "Source", is_name=True),
            Column("value", "In all", unit, is_number=True),
            Column("rows", "Rows", is_number=True),
            Column("days", "Days", is_name=True),
        ),
        rows=tuple(
            (
                Cell(each.source),
                cell_of(measure, each.value, stats.currency, reason="It has no rate."),
                Cell(each.rows, numbers.write(Decimal(each.rows), 0)),
                Cell(text=say_days(each.first, each.last)),
            )
            for each in origins
        ),
    )


def _files(request: PageRequest, origins: tuple[Origin, ...], stats: DashboardStats) -> Section:
    """Return the newest files of the sources that have any of the days, with their imports."""
    names = {each.source_id: each.source for each in origins}
    files = [file for file in list_files(stats) if file.connection_id in names]
    may_open = is_allowed(current().principal, "integration:connect")
    entries = [
        Entry(
            text=f"{file.file_name}, {names[file.connection_id]}, {_days(file)}",
            link=Link(url, "Open the import") if url else None,
        )
        for file in files[:_MOST]
        for url in [place_of(request, "integrations", file.path) if may_open else ""]
    ]
    if len(files) > _MOST:
        entries.append(Entry(f"and {len(files) - _MOST} more"))
    text = "" if files else "No file of these days is kept."
    return Section(title="Files", text=text, parts=(Listing(entries=tuple(entries)),))


def _days(file: ImportedFile) -> str:
    if file.first_date is None or file.last_date is None:
        return "no days"
    return say_days(file.first_date, file.last_date)


def _nothing(measure: str) -> Empty:
    return Empty(title="No row says anything of it", text=why_unknown(measure))
