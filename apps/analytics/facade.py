"""Analytics' contract."""

from __future__ import annotations

from datetime import date

from apps.analytics.contract import (
    Analytics,
    Halves,
    MetricQuery,
    MetricTable,
    Series,
    SeriesQuery,
)
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.querying.queries.history import find_data_range, read_sources
from apps.analytics.querying.queries.tables import answer_halves, answer_query, answer_series


class AnalyticsFacade(Analytics):
    """Answer for the organization in the context."""

    def query(self, query: MetricQuery) -> MetricTable:
        """Return measures over dimensions."""
        return answer_query(query)

    def daily_series(self, query: SeriesQuery) -> Series:
        """Return a measure over time."""
        return answer_series(query)

    def compare_halves(self, query: MetricQuery) -> Halves | None:
        """Return the halves of a range by channel."""
        return answer_halves(query)

    def last_day_with_data(self) -> date | None:
        """Return the last day with metrics that is not in the future."""
        try:
            return find_data_range(read_sources())[1]
        except NoMetricsError:
            return None
