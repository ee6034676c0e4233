"""The answers of queries as JSON bodies, for the API and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.analytics.contract import MetricQuery, MetricTable, UnconvertedAmount
from apps.analytics.metrics.formats import format_value
from omnify.money import format_money

Values = Mapping[str, Decimal | None]


def table_body(query: MetricQuery, table: MetricTable, precision: str) -> dict[str, Any]:
    """Return a table as JSON; its rows name the dimensions of the query."""

    def texts(values: Any) -> dict[str, str | None]:
        pairs = {item.measure: item.value for item in values}
        return format_values(pairs, table.currency, precision)

    rows = []
    for row in table.rows:
        dimensions = {"channel": row.channel, "period": row.period and row.period.isoformat()}
        shown: dict[str, Any] = {name: dimensions[name] for name in query.dimensions}
        rows.append(shown | texts(row.values))
    return {
        "rows": rows,
        "totals": texts(table.totals),
        "currency": table.currency,
        "unconverted": unconverted_body(table.unconverted),
        "as_of": table.as_of and table.as_of.isoformat(),
    }


def unconverted_body(amounts: tuple[UnconvertedAmount, ...]) -> list[dict[str, str]]:
    """Return money without a rate into the reporting currency, each amount in its own currency."""
    return [
        {
            "currency": amount.currency,
            "spend": format_money(amount.spend, amount.currency),
            "revenue": format_money(amount.revenue, amount.currency),
        }
        for amount in amounts
    ]


def format_values(values: Values, currency: str, precision: str = "minor") -> dict[str, Any]:
    """Return measures with their values as decimal strings."""
    return {
        name: format_value(name, value, currency=currency, precision=precision)
        for name, value in values.items()
    }
