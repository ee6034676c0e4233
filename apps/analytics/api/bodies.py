"""Answers of queries as JSON bodies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apps.analytics.metrics.bodies import format_values, table_body, unconverted_body
from apps.analytics.queries.dashboard import DashboardStats

__all__ = ["stats_body", "table_body"]


def stats_body(stats: DashboardStats) -> dict[str, Any]:
    """The dashboard's numbers; amounts and ratios as decimal strings."""
    currency = stats.currency
    previous = stats.previous
    return {
        "currency": currency,
        "from": stats.first.isoformat(),
        "to": stats.last.isoformat(),
        "totals": format_values(stats.totals, currency),
        "channels": [
            {
                "name": channel.name,
                **format_values(channel.values, currency),
                "spend_share": _share(channel.spend_share),
            }
            for channel in stats.channels
        ],
        "grain": stats.grain,
        "series": [
            {"period": period.isoformat(), **format_values(values, currency)}
            for period, values in stats.series
        ],
        "previous": previous
        and {
            "from": previous.first.isoformat(),
            "to": previous.last.isoformat(),
            "totals": format_values(previous.totals, currency),
        },
        "unconverted": unconverted_body(stats.unconverted),
        "as_of": stats.as_of and stats.as_of.isoformat(),
    }


def _share(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:.4f}"
