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
from apps.analytics.metrics.aggregation import Aggregate, aggregate, sort_key
from apps.analytics.metrics.comparison import Comparison, Side, compare_halves
from apps.analytics.metrics.measures import BLENDED, CURRENCY, MEASURES, RATIOS, Additive
from apps.analytics.metrics.sums import MICROS, Sums
from apps.analytics.metrics.validation import refuse_invalid_query
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
    refuse_invalid(query)
    return make_table(_history_of(query), query)


def refuse_invalid(query: MetricQuery) -> None:
    """Refuse a query that cannot be answered; raises ``QueryInvalidError``."""
    refuse_invalid_query(
        measures=query.measures,
        dimensions=query.dimensions,
        grain=query.grain,
        from_date=query.from_date,
        to_date=query.to_date,
    )


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
        rows=rows_of(summed, query.measures),
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
    )


def rows_of(summed: Aggregate, measures: tuple[str, ...]) -> tuple[MetricRow, ...]:
    """Return the rows of sums with these measures, by channel and period."""
    rows = []
    for key, sums in sorted(summed.rows.items(), key=lambda item: sort_key(item[0])):
        values = _values(sums, measures, is_channel=key[0] is not None)
        rows.append(
            MetricRow(
                channel=key[0],
                period=key[1],
                values=values,
                coverage=_coverage(sums, values),
                days=None if key[1] is None else summed.days_of(key, measures),
            )
        )
    return tuple(rows)


def answer_halves(query: MetricQuery) -> Halves | None:
    """Return the halves of a range by channel, None where there are no two.

    Raises:
        QueryInvalidError: the query names an unknown measure, or its range is not allowed.
        NoMetricsError: the organization has no metrics at all.
    """
    refuse_invalid(query)
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
        earlier=_half(found.earlier, found, query.measures),
        later=_half(found.later, found, query.measures),
        unlike=tuple(name for name in query.measures if found.reason_against(name)),
    )


def _half(side: Side, found: Comparison, measures: tuple[str, ...]) -> Half:
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
        rows=tuple(alike(row) for row in rows_of(side.sums, measures)),
        totals=_values(side.totals, measures),
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
    refuse_invalid(replace(metric_query, from_date=last) if is_whole else metric_query)
    days = (metric_query.from_date, metric_query.to_date)
    history = read_history(
        *days,
        channels=channels,
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
    return read_history(query.from_date, query.to_date, channels=query.channels)


def _values(
    sums: Sums, measures: tuple[str, ...], *, is_channel: bool = False
) -> tuple[MeasureValue, ...]:
    """Return the values of measures; the shop does not say which channel a sale belongs to."""
    return tuple(
        MeasureValue(
            measure=name, value=None if is_channel and name in BLENDED else sums.value(name)
        )
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
