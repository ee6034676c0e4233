"""Answers to metric queries, from the metrics that integrations keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from apps.analytics.contract import (
    MeasureValue,
    MetricQuery,
    MetricRow,
    MetricTable,
    Series,
    SeriesPoint,
    SeriesQuery,
    UnconvertedAmount,
)
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.aggregation import Sums, aggregate, sort_key
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.rows import Row, format_values, round_unconverted
from apps.analytics.metrics.validation import refuse_invalid_query
from apps.analytics.querying.messages import QueryInput, QueryResult
from apps.auth.contract import Auth
from apps.integrations.contract import (
    DailyMetric,
    DailyMetricsPage,
    DailyMetricsQuery,
    Integrations,
)
from omnify.services import client_of


class History(msgspec.Struct):
    """All metrics between two days, with the levels that are needed to sum them."""

    metrics: list[DailyMetric]
    levels: dict[UUID, dict[str, str]]
    as_of: datetime | None


def get_result(query: QueryInput) -> QueryResult:
    """Return the answer to a query as the API shows it.

    Raises:
        QueryInvalidError: it names an unknown measure, dimension or grain.
        NoMetricsError: the organization has no metrics at all.
    """
    table = answer_query(query.to_metric_query())

    def texts(values: tuple[MeasureValue, ...]) -> Row:
        return format_values(values_of(values), table.currency, query.precision)

    return QueryResult(
        rows=tuple(_dimensions(row, query.dimensions) | texts(row.values) for row in table.rows),
        totals=texts(table.totals),
        currency=table.currency,
        unconverted=round_unconverted(table.unconverted),
        as_of=table.as_of,
    )


def answer_query(query: MetricQuery) -> MetricTable:
    """Return measures over dimensions.

    Raises:
        QueryInvalidError: it names an unknown measure, dimension or grain.
        NoMetricsError: the organization has no metrics at all.
    """
    refuse_invalid(query)
    return _answer(query)


def refuse_invalid(query: MetricQuery) -> None:
    """Refuse a query that cannot be answered; raises ``QueryInvalidError``."""
    refuse_invalid_query(
        measures=query.measures,
        dimensions=query.dimensions,
        grain=query.grain,
        from_date=query.from_date,
        to_date=query.to_date,
    )


def make_table(history: History, query: MetricQuery, currency: str) -> MetricTable:
    """Return the answer to a valid query from a history that covers at least its days."""
    summed = aggregate(
        (m for m in history.metrics if query.from_date <= m.date <= query.to_date),
        levels=history.levels,
        currency=currency,
        dimensions=query.dimensions,
        grain=query.grain,
    )
    rows = summed.rows if query.dimensions else {}
    return MetricTable(
        rows=tuple(
            MetricRow(channel=key[0], period=key[1], values=_values(rows[key], query.measures))
            for key in sorted(rows, key=sort_key)
        ),
        totals=_values(summed.totals, query.measures),
        currency=currency,
        unconverted=tuple(
            UnconvertedAmount(
                currency=code,
                spend=sums.value("spend") or Decimal(0),
                revenue=sums.value("revenue") or Decimal(0),
            )
            for code, sums in sorted(summed.unconverted.items())
        ),
        as_of=history.as_of,
    )


def values_of(values: tuple[MeasureValue, ...]) -> dict[str, Decimal | None]:
    """Return the values by the names of their measures."""
    return {item.measure: item.value for item in values}


def answer_series(query: SeriesQuery) -> Series:
    """Return a measure over time; the whole history may exceed the longest range of a query.

    Raises:
        QueryInvalidError: it names an unknown measure or grain, or the range is not allowed.
        NoMetricsError: the organization has no metrics at all.
    """
    span = client_of(Integrations).metrics_span()
    if span.first_date is None or span.last_date is None:
        raise NoMetricsError(missing="metrics")
    channels = (query.channel,) if query.channel else ()
    metric_query = MetricQuery(
        measures=(query.measure,),
        dimensions=("channel", "period") if channels else ("period",),
        channels=channels,
        grain=query.grain,
        from_date=query.from_date or span.first_date,
        to_date=query.to_date or span.last_date,
    )
    is_whole = query.from_date is None and query.to_date is None
    refuse_invalid(replace(metric_query, from_date=span.last_date) if is_whole else metric_query)
    table = _answer(metric_query)
    points = (
        SeriesPoint(period=row.period, value=row.values[0].value)
        for row in table.rows
        if row.period is not None and row.values[0].value is not None
    )
    return Series(
        measure=query.measure,
        unit=MEASURES[query.measure].unit,
        currency=table.currency,
        grain=query.grain,
        points=tuple(points),
        as_of=table.as_of,
    )


def read_history(first: date, last: date, channels: tuple[str, ...] = ()) -> History:
    """Return the metrics between two days.

    Raises:
        NoMetricsError: the organization has no metrics on any day.
    """
    history = History([], {}, None)
    for page in _pages(first, last, channels):
        history.metrics.extend(page.metrics)
        history.levels = {
            connection.id: {item.measure: item.level for item in connection.complete_levels}
            for connection in page.connections
        }
        history.as_of = page.as_of
    if history.as_of is None:
        raise NoMetricsError(missing="metrics")
    if channels:
        history.metrics = [metric for metric in history.metrics if metric.channel in channels]
    return history


def _answer(query: MetricQuery) -> MetricTable:
    history = read_history(query.from_date, query.to_date, query.channels)
    currency = client_of(Auth).get_organization().currency
    return make_table(history, query, currency)


def _pages(first: date, last: date, channels: tuple[str, ...]) -> Iterator[DailyMetricsPage]:
    integrations = client_of(Integrations)
    after = ""
    while True:
        page = integrations.daily_metrics(
            DailyMetricsQuery(from_date=first, to_date=last, channels=channels, after=after)
        )
        yield page
        after = page.next
        if not after:
            return


def _values(sums: Sums, measures: tuple[str, ...]) -> tuple[MeasureValue, ...]:
    return tuple(MeasureValue(measure=name, value=sums.value(name)) for name in measures)


def _dimensions(row: MetricRow, names: tuple[str, ...]) -> Row:
    period = None if row.period is None else row.period.isoformat()
    return {name: {"channel": row.channel, "period": period}[name] for name in names}
