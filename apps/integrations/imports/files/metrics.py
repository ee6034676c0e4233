"""The metrics that the rows of a file give."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from apps.integrations.imports.files.mapping import CsvMapping
from apps.integrations.imports.files.reading import ParsedCsv
from apps.integrations.metrics.values import MetricValues

ORGANIZATION_LEVEL = "organization"
CHANNEL_LEVEL = "channel"
_WEEK, _SHORTEST_MONTH = 7, 28


def iter_metrics(parsed: ParsedCsv) -> Iterator[MetricValues]:
    """Yield a metric a row for the organization, where it has revenue, and for each channel.

    Zeros are kept: that nothing was spent is a fact. A row is of the day it names, or spans the
    week or month that begins there (see ``grain_of``).
    """
    grain = grain_of(row.day for row in parsed.rows)
    for row in parsed.rows:
        last = last_day_of(row.day, grain)
        if row.revenue_micros is not None:
            values = {"revenue": row.revenue_micros}
            yield MetricValues(ORGANIZATION_LEVEL, "", "", row.day, last, values)
        for name, measures in row.channels:
            yield MetricValues(CHANNEL_LEVEL, name, name, row.day, last, measures)


def count_metrics(parsed: ParsedCsv) -> int:
    """Return how many metrics ``iter_metrics`` yields."""
    return sum(len(row.channels) + (row.revenue_micros is not None) for row in parsed.rows)


def complete_levels(mapping: CsvMapping) -> dict[str, str]:
    """Return the level at which a file's totals are complete, by measure."""
    levels = {
        measure: CHANNEL_LEVEL for channel in mapping.channels for measure in channel.columns()
    }
    if mapping.revenue is not None:
        levels["revenue"] = ORGANIZATION_LEVEL
    return levels


def grain_of(days: Iterable[date]) -> str:
    """Return what rows of these days span: a ``week`` or ``month`` if all their gaps say so."""
    ordered = sorted(set(days))
    gaps = {(later - earlier).days for earlier, later in pairwise(ordered)}
    if gaps == {_WEEK}:
        return "week"
    if gaps and min(gaps) >= _SHORTEST_MONTH and all(day.day == 1 for day in ordered):
        return "month"
    return "day"


def last_day_of(day: date, grain: str) -> date:
    """Return the last day of a row that begins on a day."""
    if grain == "week":
        return day + timedelta(days=_WEEK - 1)
    if grain == "month":
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day
