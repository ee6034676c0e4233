"""The dashboard's numbers, as the API has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from msgspec import Meta

from apps.analytics.metrics.rows import NumbersResult, Row, columns
from apps.analytics.metrics.validation import MAX_DAYS
from omnify.services.messages import Message

SERIES_MEASURES: Final = ("spend", "revenue")
_COUNTS: Final = ("impressions", "clicks", "conversions")
TOTAL_MEASURES: Final = (*SERIES_MEASURES, "blended_roas", "mer_pct", *_COUNTS, "ctr", "cpc", "cpm")
CHANNEL_MEASURES: Final = ("spend", *_COUNTS, "cpc", "cpm", "roas")
Totals = Annotated[Row, columns(*TOTAL_MEASURES)]
_DAYS: Final = {"first": "from", "last": "to"}


class DashboardQuery(Message, rename=_DAYS):
    """The days of the dashboard: two of them, or ``days`` up to the last one with data."""

    first: Annotated[date | None, Meta(description="First day.", examples=["2019-01-01"])] = None
    last: Annotated[date | None, Meta(description="Last day.", examples=["2019-06-30"])] = None
    days: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_DAYS)] | None,
        Meta(description="Without a first day: so many, by default 30.", examples=[30]),
    ] = None


class PreviousResult(Message, rename=_DAYS):
    """As many days (weeks or months, where the data has them) just before, and what changed."""

    first: date
    last: date
    totals: Annotated[Totals | None, Meta(description="Null where they cannot be compared.")]
    current: Annotated[Totals, Meta(description="The same sums of the rows in this range.")]
    reason: Annotated[str, Meta(description="Why a measure cannot be compared.", examples=[""])]


class DashboardResult(NumbersResult, rename=_DAYS):
    """The dashboard's numbers; values are decimal strings."""

    first: date
    last: date
    totals: Totals
    channels: tuple[
        Annotated[Row, columns("name", *CHANNEL_MEASURES, "spend_share", "coverage")], ...
    ]
    grain: Annotated[str, Meta(description="The length of a period.", examples=["week"])]
    series: tuple[Annotated[Row, columns("period", *SERIES_MEASURES, "is_partial", "days")], ...]
    previous: PreviousResult | None
