"""Answer metric queries: measures over dimensions, and one measure over time."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from apps.analytics.contract import (
    Half,
    Halves,
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
from apps.analytics.metrics.aggregation import Aggregate, Key, aggregate
from apps.analytics.metrics.comparison import Comparison, Side, compare_halves
from apps.analytics.metrics.measures import CURRENCY, MEASURES, RATIOS, Additive
from apps.analytics.metrics.names import Names
from apps.analytics.metrics.sums import MICROS, Sums
from apps.analytics.metrics.validation import refuse_invalid_query
from apps.analytics.querying.queries.choosing import choose_rows, value_in_row
from apps.analytics.querying.queries.explaining import explain_measures
from apps.analytics.querying.queries.history import (
    History,
    find_data_range,
    read_history,
    read_sources,
)
from omnify.giving_way import giving_way

#: What is left out beside spend and revenue, where it is known.
_LEFT_OUT = ("attributed_revenue", "impressions", "clicks", "conversions", "orders")


def answer_query(query: MetricQuery) -> MetricTable:
    """Return measures over dimensions.

    Raises:
        QueryInvalidError: it names an unknown measure, dimension or grain.
        NoMetricsError: the organization has no metrics at all.
    """
    refuse_invalid_query(query)
    return make_table(_history_of(query), query)


def make_table(history: History, query: MetricQuery) -> MetricTable:
    """Return the answer to a valid query from a history that covers at least its days."""
    summed = aggregate(
        giving_way(history.facts),
        history.range_of(query),
        currency=history.profile.currency,
        dimensions=query.dimensions,
    )
    totals = _values(summed.totals, query.measures)
    return MetricTable(
        rows=rows_of(summed, query),
        totals=totals,
        coverage=_coverage(summed.totals, totals),
        currency=history.profile.currency,
        unconverted=tuple(
            UnconvertedAmount(
                currency=code,
                spend=Decimal(left.get("spend", 0)) / MICROS,
                revenue=Decimal(left.get("revenue", 0)) / MICROS,
                **{name: Decimal(left[name]) / MICROS for name in _LEFT_OUT if name in left},
                unknown=tuple(name for name in ("spend", "revenue") if name not in left),
            )
            for code, left in sorted(summed.totals.unconverted.items())
        ),
        as_of=history.sources.as_of,
        late=history.sources.late,
        explained=explain_measures(history, summed, query.measures) if query.explain else (),
    )


def rows_of(summed: Aggregate, query: MetricQuery) -> tuple[MetricRow, ...]:
    """Return the rows of sums that a query asks for, the rest of them as the last."""
    chosen = choose_rows(summed, query)
    rows = [_row(summed, key, query.measures) for key in chosen.keys]
    if chosen.other is not None:
        is_channel = "channel" in query.dimensions
        values = _values(chosen.other, query.measures, is_channel=is_channel)
        coverage = _coverage(chosen.other, values)
        rows.append(
            MetricRow(channel=None, period=None, values=values, coverage=coverage, is_other=True)
        )
    return tuple(rows)


def _row(summed: Aggregate, key: Key, measures: tuple[str, ...]) -> MetricRow:
    sums = summed.rows[key]
    values = _values(sums, measures, is_channel=key[0] is not None)
    return MetricRow(
        channel=key[0],
        period=key[1],
        values=values,
        coverage=_coverage(sums, values),
        days=None if key[1] is None else summed.days_of(key, measures),
    )


def answer_halves(query: MetricQuery) -> Halves | None:
    """Return the halves of a range by channel, None where there are no two.

    Raises:
        QueryInvalidError: the query names an unknown measure, or its range is not allowed.
        NoMetricsError: the organization has no metrics at all.
    """
    refuse_invalid_query(query)
    query = replace(query, dimensions=("channel",), having=(), order=(), limit=0)
    history = _history_of(query)
    found = compare_halves(
        history.facts,
        history.range_of(query),
        currency=history.profile.currency,
        by_channel=True,
    )
    if found is None:
        return None
    return Halves(
        earlier=_half(found.earlier, found, query),
        later=_half(found.later, found, query),
        unlike=tuple(name for name in query.measures if found.reason_against(name)),
    )


def _half(side: Side, found: Comparison, query: MetricQuery) -> Half:
    """Return a side, without the values of channels that have fewer days on one of them."""

    def alike(row: MetricRow) -> MetricRow:
        values = (
            replace(item, value=None) if found.reason_against(item.measure, row.channel) else item
            for item in row.values
        )
        return replace(row, values=tuple(values))

    return Half(
        from_date=side.first,
        to_date=side.last,
        rows=tuple(alike(row) for row in rows_of(side.sums, query)),
        totals=_values(side.totals, query.measures),
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
    sources = read_sources()
    first, last = find_data_range(sources)
    if first is None or last is None:
        raise NoMetricsError(missing="metrics")
    channels = (query.channel,) if query.channel else ()
    metric_query = MetricQuery(
        measures=(query.measure,),
        dimensions=("period",),
        channels=channels,
        grain=query.grain,
        from_date=query.from_date or first,
        to_date=query.to_date or last,
    )
    is_whole = query.from_date is None and query.to_date is None
    refuse_invalid_query(replace(metric_query, from_date=last) if is_whole else metric_query)
    days = (metric_query.from_date, metric_query.to_date)
    history = read_history(
        *days,
        channels=Names(only=channels),
        measures=_enough_for(query.measure),
        sources=sources,
    )
    table = make_table(history, metric_query)
    points = (
        SeriesPoint(
            period=row.period,
            value=row.values[0].value,
            is_partial=row.days is not None and row.days.is_partial,
        )
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
        unconverted=table.unconverted if MEASURES[query.measure].unit == CURRENCY else (),
    )


def _enough_for(name: str) -> tuple[str, ...]:
    """Return the measures whose facts alone decide a measure's series; none where all facts do.

    Ratios and people rest on facts that do not know them, too.
    """
    measure = MEASURES[name]
    return (name,) if isinstance(measure, Additive) and measure.additive_over else ()


def _history_of(query: MetricQuery) -> History:
    channels = Names(query.channels, query.channels_not, query.channels_containing)
    return read_history(query.from_date, query.to_date, channels=channels)


def _values(
    sums: Sums, measures: tuple[str, ...], *, is_channel: bool = False
) -> tuple[MeasureValue, ...]:
    return tuple(
        MeasureValue(measure=name, value=value_in_row(sums, name, is_channel=is_channel))
        for name in measures
    )


def _coverage(sums: Sums, values: tuple[MeasureValue, ...]) -> tuple[MeasureValue, ...]:
    """Return what ratios rest on, but for those that rest on everything or are unknown."""
    shares = (
        (item.measure, sums.coverage(item.measure))
        for item in values
        if item.measure in RATIOS and item.value is not None
    )
    return tuple(MeasureValue(measure=name, value=share) for name, share in shares if share != 1)
