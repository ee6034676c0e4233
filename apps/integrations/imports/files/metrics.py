"""The metrics that a file's rows amount to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from apps.integrations.imports.files.mapping import CsvMapping
from apps.integrations.imports.files.reading import ParsedCsv

#: The additive measures, as their columns are named in ``DailyMetric`` without ``_micros``.
MEASURES = (
    "spend",
    "revenue",
    "attributed_revenue",
    "impressions",
    "clicks",
    "conversions",
    "reach",
)
ORGANIZATION_LEVEL = "organization"
CHANNEL_LEVEL = "channel"


class MetricValues(msgspec.Struct, frozen=True):
    """One entity's numbers of a day; of measures that are absent the file says nothing."""

    level: str
    entity_key: str
    channel: str
    day: date
    micros: dict[str, int]


def iter_metrics(parsed: ParsedCsv) -> Iterator[MetricValues]:
    """Yield a row per day for the organization, where it has revenue, and for each channel.

    Zeros are rows: that nothing was spent is a fact.
    """
    for row in parsed.rows:
        if row.revenue_micros is not None:
            values = {"revenue": row.revenue_micros}
            yield MetricValues(ORGANIZATION_LEVEL, "", "", row.day, values)
        for name, measures in row.channels:
            yield MetricValues(CHANNEL_LEVEL, name, name, row.day, measures)


def count_metrics(parsed: ParsedCsv) -> int:
    """How many rows ``iter_metrics`` yields."""
    return sum(len(row.channels) + (row.revenue_micros is not None) for row in parsed.rows)


def complete_levels(mapping: CsvMapping) -> dict[str, str]:
    """Per measure, the level at which a file's totals are complete."""
    levels = {
        measure: CHANNEL_LEVEL for channel in mapping.channels for measure in channel.columns()
    }
    if mapping.revenue is not None:
        levels["revenue"] = ORGANIZATION_LEVEL
    return levels
