"""The dashboard's numbers, as the API has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from msgspec import Meta

from apps.analytics.contract import UnconvertedAmount
from apps.analytics.metrics.rows import Row, columns
from apps.analytics.metrics.validation import MAX_DAYS
from omnify.services.messages import AwareDatetime, Message

TOTAL_MEASURES: Final = (
    "spend",
    "revenue",
    "blended_roas",
    "mer_pct",
    "impressions",
    "clicks",
    "conversions",
    "ctr",
    "cpc",
    "cpm",
)
CHANNEL_MEASURES: Final = ("spend", "impressions", "clicks", "conversions", "cpc", "cpm", "roas")
SERIES_MEASURES: Final = ("spend", "revenue")
Totals = Annotated[Row, columns(*TOTAL_MEASURES)]
_DAYS: Final = {"first": "from", "last": "to"}


class DashboardQuery(Message, rename=_DAYS):
    """The days of the dashboard: two of them, or the last ``days`` with data."""

    first: Annotated[date | None, Meta(description="First day.", examples=["2019-01-01"])] = None
    last: Annotated[date | None, Meta(description="Last day.", examples=["2019-06-30"])] = None
    days: Annotated[
        int, Meta(ge=1, le=MAX_DAYS, description="Without days: the last so many with data.")
    ] = 30


class PreviousResult(Message, rename=_DAYS):
    """The totals of the range of equal length just before."""

    first: date
    last: date
    totals: Totals


class DashboardResult(Message, rename=_DAYS):
    """The dashboard's numbers; values are decimal strings."""

    currency: Annotated[str, Meta(description="Of all amounts.", examples=["EUR"])]
    first: date
    last: date
    totals: Totals
    channels: tuple[Annotated[Row, columns("name", *CHANNEL_MEASURES, "spend_share")], ...]
    grain: Annotated[str, Meta(description="The length of a period.", examples=["week"])]
    series: tuple[Annotated[Row, columns("period", *SERIES_MEASURES)], ...]
    previous: PreviousResult | None
    unconverted: Annotated[
        tuple[UnconvertedAmount, ...], Meta(description="Money outside the totals.", examples=[[]])
    ]
    as_of: Annotated[AwareDatetime | None, Meta(description="When the data last changed.")]
