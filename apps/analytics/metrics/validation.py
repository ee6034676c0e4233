"""The limits of a query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta

from apps.analytics.exceptions import QueryInvalidError
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.periods import GRAINS

DIMENSIONS: Final = ("channel", "period")
MAX_DAYS: Final = 4000
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
ChannelNames = Annotated[
    tuple[Name, ...],
    Meta(min_length=1, max_length=100, description="Only these channels.", examples=[["tv"]]),
]
GrainName = Annotated[str, Meta(max_length=10, description=f"One of {', '.join(GRAINS)}.")]
Precision = Annotated[
    Literal["minor", "exact"],
    Meta(description="Amounts in the currency's minor units, or with six decimal places."),
]


def refuse_invalid_query(
    *,
    measures: tuple[str, ...],
    dimensions: tuple[str, ...],
    grain: str,
    from_date: date,
    to_date: date,
) -> None:
    """Refuse a query that cannot be answered.

    Raises:
        QueryInvalidError: ``errors`` names every wrong field and its allowed values.
    """
    errors = [
        *_unknown("measures", measures, tuple(MEASURES)),
        *_unknown("dimensions", dimensions, DIMENSIONS),
        *_unknown("grain", (grain,), GRAINS),
        *_range_problems(from_date, to_date),
    ]
    if not measures:
        errors.append({"field": "measures", "message": "Name at least one measure."})
    if errors:
        raise QueryInvalidError(errors=errors)


def _unknown(
    field: str, names: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[dict[str, str]]:
    for name in names:
        if name not in known:
            message = f"'{name[:64]}' is unknown; there are {', '.join(known)}."
            yield {"field": field, "message": message}


def _range_problems(first: date, last: date) -> Iterator[dict[str, str]]:
    if first > last:
        yield {"field": "from", "message": f"{first} is after {last}."}
    elif first < EARLIEST_DAY:
        yield {"field": "from", "message": f"{first} is before {EARLIEST_DAY}."}
    elif (last - first).days >= MAX_DAYS:
        days = (last - first).days + 1
        yield {"field": "from", "message": f"The range has {days} days; at most {MAX_DAYS}."}
