"""Queries, their results and measures, as the API has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from apps.analytics.contract import NumberSource
from apps.analytics.metrics import validation
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.rows import NumbersResult, Row, columns
from omnify.services.messages import Message


class Match(Message, omit_defaults=True, rename={"but": "not"}):
    """Names that count: those outside a list that hold a text, in any case."""

    but: validation.Names = ()
    contains: Annotated[str, Meta(max_length=64, examples=["search"])] = ""


class Filters(Message, omit_defaults=True):
    """The rows that count; without a filter, all of them."""

    channel: Annotated[
        validation.Names | Match,
        Meta(description="Only these channels, in any case, or those that match."),
    ] = ()


class Having(Message):
    """What a measure of a row has to be; a row of which it is unknown is left out."""

    measure: Annotated[validation.Name, Meta(examples=["spend"])]
    op: Literal["<", "<=", "=", "!=", ">=", ">"]
    value: validation.Number


class QueryInput(Message, rename={"from_date": "from", "to_date": "to"}):
    """Measures over dimensions between two days, both included."""

    measures: validation.MeasureNames
    from_date: Annotated[date, Meta(description="First day.", examples=["2019-01-01"])]
    to_date: Annotated[date, Meta(description="Last day.", examples=["2019-06-30"])]
    dimensions: validation.DimensionNames = ()
    filters: Filters = Filters()
    grain: validation.GrainName = "day"
    precision: validation.Precision = "minor"
    having: Annotated[
        tuple[Having, ...],
        Meta(max_length=10, description="What rows have to meet; totals are of all that counts."),
    ] = ()
    order: validation.OrderNames = ()
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=10_000)] | None,
        Meta(description="So many rows; the rest is one more, with `other: true`.", examples=[10]),
    ] = None
    explain: Annotated[
        bool, Meta(description="Whether to say what each measure of the totals is made of.")
    ] = False


_COLUMNS = (*validation.DIMENSIONS, *MEASURES, "coverage", "is_partial", "days", "other")


class Explained(Message):
    """What a measure of the totals is made of."""

    measure: Annotated[str, Meta(examples=["cpc"])]
    formula: Annotated[str, Meta(examples=["spend / clicks"])]
    sources: Annotated[
        tuple[NumberSource, ...],
        Meta(description="The connections that know a part of it in these days."),
    ]
    coverage: Annotated[
        str | None,
        Meta(
            description="Of a ratio, the share of spend (else of its numerator) that it rests on;"
            " null where it cannot be told, and of what is no ratio.",
            examples=["1.0000"],
        ),
    ]


class QueryResult(NumbersResult):
    """The rows by the query's dimensions, and the totals; values are decimal strings."""

    rows: tuple[Annotated[Row, columns(*_COLUMNS, are_optional=True)], ...]
    totals: Annotated[Row, columns(*MEASURES, are_optional=True)]
    explained: Annotated[
        tuple[Explained, ...], Meta(description="By measure, with `explain` alone.")
    ] = ()


class Measure(Message):
    """A measure and its one definition."""

    name: Annotated[str, Meta(examples=["cpm"])]
    label: Annotated[str, Meta(examples=["Cost per 1,000 impressions"])]
    unit: Annotated[str, Meta(description="currency, count or ratio.", examples=["currency"])]
    formula: Annotated[str, Meta(examples=["1000 * spend / impressions"])]
