"""The limits of a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal

from msgspec import Meta

from apps.analytics.contract import MetricQuery
from apps.analytics.exceptions import QueryInvalidError
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.periods import GRAINS

DIMENSIONS: Final = ("channel", "period")
MAX_DAYS: Final = 4000
#: The largest number that a measure is compared with.
MOST: Final = 10**18
#: Before any digital marketing, and late enough that the range before a range still exists.
EARLIEST_DAY: Final = date(1970, 1, 1)

Name = Annotated[str, Meta(min_length=1, max_length=64)]
MeasureNames = Annotated[
    tuple[Name, ...],
    Meta(
        max_length=20,
        description=f"Of {', '.join(MEASURES)}.",
        examples=[["spend", "clicks", "cpc"]],
    ),
]
DimensionNames = Annotated[
    tuple[Name, ...],
    Meta(max_length=2, description=f"Of {', '.join(DIMENSIONS)}.", examples=[["channel"]]),
]
Names = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=100, examples=[["tv"]])]
#: A decimal number, as JSON's number or text.
Number = Annotated[
    Decimal,
    Meta(
        description="A decimal number.",
        examples=["100.50"],
        extra_json_schema={
            "type": ["string", "number"],
            "pattern": r"^-?[0-9]{1,18}(\.[0-9]{1,18})?(E[+-][0-9]{1,3})?$",
            "minimum": -MOST,
            "maximum": MOST,
        },
    ),
]
OrderNames = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=65)], ...],
    Meta(
        max_length=5,
        description="Measures or dimensions of the query; `-` begins with the highest. Unknown"
        " values come last.",
        examples=[["-spend"]],
    ),
]
GrainName = Annotated[str, Meta(max_length=10, description=f"One of {', '.join(GRAINS)}.")]
Precision = Annotated[
    Literal["minor", "exact"],
    Meta(description="Amounts in the currency's minor units, or with six decimal places."),
]


def refuse_invalid_query(query: MetricQuery) -> None:
    """Refuse a query that cannot be answered.

    Raises:
        QueryInvalidError: ``errors`` names every wrong field and its allowed values.
    """
    errors = [
        *_unknown("measures", query.measures, tuple(MEASURES)),
        *_unknown("dimensions", query.dimensions, DIMENSIONS),
        *_unknown("grain", (query.grain,), GRAINS),
        *_range_problems(query.from_date, query.to_date),
        *_unknown("having", (each.measure for each in query.having), tuple(MEASURES)),
        *_order_problems(query),
        *_row_problems(query),
    ]
    if not query.measures:
        errors.append({"field": "measures", "message": "Name at least one measure."})
    if errors:
        raise QueryInvalidError(errors=errors)


def _unknown(field: str, names: Iterable[str], known: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for name in names:
        if name not in known:
            message = f"'{name[:64]}' is unknown; there are {', '.join(known)}."
            yield {"field": field, "message": message}


def _order_problems(query: MetricQuery) -> Iterator[dict[str, str]]:
    names = [name.removeprefix("-") for name in query.order]
    yield from _unknown("order", names, (*query.dimensions, *MEASURES))
    if len(set(names)) < len(names):
        yield {"field": "order", "message": "A name is in it twice; name each once."}


def _row_problems(query: MetricQuery) -> Iterator[dict[str, str]]:
    """Name what chooses among rows, and numbers that no measure has."""
    for field in ("having", "order", "limit"):
        if getattr(query, field) and not query.dimensions:
            yield {"field": field, "message": "There are rows by 'dimensions' alone; name one."}
    if query.limit < 0:
        yield {"field": "limit", "message": "A limit is 0, for all rows, or more."}
    if not all(each.value.is_finite() and -MOST <= each.value <= MOST for each in query.having):
        yield {"field": "having", "message": f"A value is a number from -{MOST} to {MOST}."}


def _range_problems(first: date, last: date) -> Iterator[dict[str, str]]:
    if first > last:
        yield {"field": "from", "message": f"{first} is after {last}."}
    elif first < EARLIEST_DAY:
        yield {"field": "from", "message": f"{first} is before {EARLIEST_DAY}."}
    elif (last - first).days >= MAX_DAYS:
        days = (last - first).days + 1
        yield {"field": "from", "message": f"The range has {days} days; at most {MAX_DAYS}."}
