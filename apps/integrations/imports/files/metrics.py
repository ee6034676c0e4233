"""The metrics that the rows of a file give."""

from __future__ import annotations

from collections.abc import Iterator

from apps.integrations.imports.files.mapping import CsvMapping
from apps.integrations.imports.files.reading import ParsedCsv
from apps.integrations.metrics.values import MetricValues

ORGANIZATION_LEVEL = "organization"
CHANNEL_LEVEL = "channel"


def iter_metrics(parsed: ParsedCsv) -> Iterator[MetricValues]:
    """Yield a metric a day for the organization, where it has revenue, and for each channel.

    Zeros are kept: that nothing was spent is a fact.
    """
    for row in parsed.rows:
        if row.revenue_micros is not None:
            values = {"revenue": row.revenue_micros}
            yield MetricValues(ORGANIZATION_LEVEL, "", "", row.day, values)
        for name, measures in row.channels:
            yield MetricValues(CHANNEL_LEVEL, name, name, row.day, measures)


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
