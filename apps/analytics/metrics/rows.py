"""Rows of values as answers have them: measure to decimal string, with their schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import Meta

from apps.analytics.contract import UnconvertedAmount
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import COUNT, CURRENCY, MEASURES, RATIO
from omnify.money import round_money

#: The type of a row; ``columns`` tells its names.
Row = dict[str, str | None]
_EXAMPLES: Final = {CURRENCY: "12.50", COUNT: "1200", RATIO: "0.0125"}
_OTHERS: Final[dict[str, dict[str, Any]]] = {
    "channel": {"type": ["string", "null"], "description": "Channel.", "examples": ["tv"]},
    "name": {"type": "string", "description": "Channel.", "examples": ["tv"]},
    "period": {
        "type": ["string", "null"],
        "format": "date",
        "description": "First day of the period.",
        "examples": ["2026-01-01"],
    },
    "spend_share": {
        "type": ["string", "null"],
        "description": "Share of all spend.",
        "examples": ["0.2500"],
    },
}


def columns(*names: str, are_optional: bool = False) -> Meta:
    """Return the mark of a ``Row`` with these columns, for its schema and its example."""
    properties = {name: _OTHERS.get(name) or _describe(name) for name in names}
    return Meta(
        examples=[{name: each["examples"][0] for name, each in properties.items()}],
        extra_json_schema={
            "properties": properties,
            "required": [] if are_optional else list(names),
        },
    )


def format_values(
    values: Mapping[str, Decimal | None], currency: str, precision: str = "minor"
) -> Row:
    """Return measures with their values as decimal strings."""
    return {
        name: format_value(name, value, currency=currency, precision=precision)
        for name, value in values.items()
    }


def round_unconverted(amounts: tuple[UnconvertedAmount, ...]) -> tuple[UnconvertedAmount, ...]:
    """Return money without a rate in the minor units of its currencies."""
    return tuple(
        UnconvertedAmount(
            currency=amount.currency,
            spend=round_money(amount.spend, amount.currency),
            revenue=round_money(amount.revenue, amount.currency),
        )
        for amount in amounts
    )


def _describe(name: str) -> dict[str, Any]:
    measure = MEASURES[name]
    return {
        "type": ["string", "null"],
        "description": f"{measure.label}: {measure.formula}; null where it is unknown.",
        "examples": [_EXAMPLES[measure.unit]],
    }
