"""Queries, their results and measures, as the API has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

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


_COLUMNS = (*validation.DIMENSIONS, *MEASURES, "coverage", "is_partial", "days", "other")


class QueryResult(NumbersResult):
    """The rows by the query's dimensions, and the totals; values are decimal strings."""

    rows: tuple[Annotated[Row, columns(*_COLUMNS, are_optional=True)], ...]
    totals: Annotated[Row, columns(*MEASURES, are_optional=True)]


class Measure(Message):
    """A measure and its one definition."""

    name: Annotated[str, Meta(examples=["cpm"])]
    label: Annotated[str, Meta(examples=["Cost per 1,000 impressions"])]
    unit: Annotated[str, Meta(description="currency, count or ratio.", examples=["currency"])]
    formula: Annotated[str, Meta(examples=["1000 * spend / impressions"])]
