"""Rows of values as answers have them: measure to decimal string, with their schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

from msgspec import Meta

from apps.analytics.contract import DaysWithData, MeasureValue, UnconvertedAmount
from apps.analytics.metrics.formats import format_share, format_value
from apps.analytics.metrics.measures import COUNT, CURRENCY, MEASURES, RATIO
from omnify.money import round_count, round_money
from omnify.services.messages import AwareDatetime, Message

#: The type of a row; ``columns`` tells its names.
Row = dict[str, Any]
#: What ratios rest on, by measure.
Coverage = Annotated[
    dict[str, str | None],
    Meta(
        description="By ratio of the totals, the share of spend (else of its numerator) that it"
        " rests on; absent where it is 1, null where it cannot be told.",
        examples=[{"cpc": "0.1000"}],
    ),
]


class Unconverted(Message):
    """What was left out for want of a rate, null where nothing is known of it."""

    currency: str
    spend: Decimal | None
    revenue: Decimal | None
    attributed_revenue: Decimal | None
    impressions: Decimal | None
    clicks: Decimal | None
    conversions: Decimal | None
    orders: Decimal | None


class NumbersResult(Message):
    """What every answer of numbers says of them; values are decimal strings."""

    coverage: Coverage
    currency: Annotated[str, Meta(description="Of all amounts.", examples=["EUR"])]
    unconverted: Annotated[
        tuple[Unconverted, ...],
        Meta(description="Left out for want of a rate.", examples=[[]]),
    ]
    as_of: Annotated[AwareDatetime | None, Meta(description="When the data last changed.")]
    late: Annotated[
        tuple[str, ...],
        Meta(
            description="Connections whose last change is not in it yet: it is being taken in.",
            examples=[[]],
        ),
    ]


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
    "coverage": {
        "type": "object",
        "additionalProperties": {"type": ["string", "null"]},
        "description": "By ratio, the share of spend (else of its numerator) that it rests on;"
        " absent where it is 1, null where it cannot be told.",
        "examples": [{"cpc": "0.1000"}],
    },
    "is_partial": {
        "type": "boolean",
        "description": "Whether days of the period are missing, or outside the range.",
        "examples": [False],
    },
    "days": {
        "type": "object",
        "properties": {"with": {"type": "integer"}, "of": {"type": "integer"}},
        "description": "The period's days with data, and all its days.",
        "examples": [{"with": 7, "of": 7}],
    },
    "other": {
        "type": "boolean",
        "description": "True of the row that sums those beyond the limit, absent of others.",
        "examples": [True],
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


def round_unconverted(amounts: tuple[UnconvertedAmount, ...]) -> tuple[Unconverted, ...]:
    """Return what has no rate in the minor units of its currencies, counts as they are shown."""

    def rounded(amount: UnconvertedAmount, name: str) -> Decimal | None:
        value: Decimal | None = getattr(amount, name)
        if value is None or name in amount.unknown:
            return None
        is_money = MEASURES[name].unit == CURRENCY
        return round_money(value, amount.currency) if is_money else round_count(value)

    names = Unconverted.__struct_fields__[1:]
    return tuple(
        Unconverted(currency=amount.currency, **{name: rounded(amount, name) for name in names})
        for amount in amounts
    )


def format_coverage(coverage: tuple[MeasureValue, ...]) -> dict[str, str | None]:
    """Return what ratios rest on: shares with four decimal places by measure."""
    return {item.measure: format_share(item.value) for item in coverage}


def format_days(days: DaysWithData | None) -> Row:
    """Return whether a period is partial and how many of its days have data; empty without one."""
    if days is None:
        return {}
    return {"is_partial": days.is_partial, "days": {"with": days.known, "of": days.of}}


def _describe(name: str) -> dict[str, Any]:
    measure = MEASURES[name]
    return {
        "type": ["string", "null"],
        "description": f"{measure.label}: {measure.formula}; null where it is unknown.",
        "examples": [_EXAMPLES[measure.unit]],
    }
