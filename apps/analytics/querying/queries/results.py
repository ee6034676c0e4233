"""Answer queries of the API."""

from __future__ import annotations

from apps.analytics.contract import Condition, MeasureValue, MetricQuery, MetricRow
from apps.analytics.metrics.formats import format_share
from apps.analytics.metrics.measures import RATIOS
from apps.analytics.metrics.rows import (
    Row,
    format_coverage,
    format_days,
    format_values,
    round_unconverted,
)
from apps.analytics.querying.messages import Explained, Match, QueryInput, QueryResult
from apps.analytics.querying.queries.tables import answer_query, values_of
from omnify.services.messages import as_message


def get_result(query: QueryInput) -> QueryResult:
    """Return the answer to a query as the API shows it.

    Raises:
        QueryInvalidError: it names an unknown measure, dimension or grain.
        NoMetricsError: the organization has no metrics at all.
    """
    table = answer_query(to_metric_query(query))
    has_ratios = any(name in RATIOS for name in query.measures)

    def texts(values: tuple[MeasureValue, ...]) -> Row:
        return format_values(values_of(values), table.currency, query.precision)

    return QueryResult(
        rows=tuple(
            _dimensions(row, query.dimensions)
            | texts(row.values)
            | ({"coverage": format_coverage(row.coverage)} if has_ratios else {})
            | format_days(row.days)
            | ({"other": True} if row.is_other else {})
            for row in table.rows
        ),
        totals=texts(table.totals),
        coverage=format_coverage(table.coverage),
        currency=table.currency,
        unconverted=round_unconverted(table.unconverted),
        as_of=table.as_of,
        late=table.late,
        explained=tuple(
            as_message(Explained, each, coverage=format_share(each.coverage))
            for each in table.explained
        ),
    )


def to_metric_query(query: QueryInput) -> MetricQuery:
    """Return a query of the API in the words of the contract."""
    channel = query.filters.channel
    return MetricQuery(
        measures=query.measures,
        dimensions=query.dimensions,
        channels=() if isinstance(channel, Match) else channel,
        channels_not=channel.but if isinstance(channel, Match) else (),
        channels_containing=channel.contains if isinstance(channel, Match) else "",
        from_date=query.from_date,
        to_date=query.to_date,
        grain=query.grain,
        having=tuple(
            Condition(measure=each.measure, op=each.op, value=each.value) for each in query.having
        ),
        order=query.order,
        limit=query.limit or 0,
        explain=query.explain,
    )


def _dimensions(row: MetricRow, names: tuple[str, ...]) -> Row:
    period = None if row.period is None else row.period.isoformat()
    return {name: {"channel": row.channel, "period": period}[name] for name in names}
