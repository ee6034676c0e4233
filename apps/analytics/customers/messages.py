"""Cohorts of customers, as the API has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from omnify.services.messages import AwareDatetime, Message

Grain = Literal["month", "week"]
CohortMeasure = Literal["retention", "revenue", "ltv"]
Value = Annotated[str, Meta(examples=["0.2500"])]


class CohortsQuery(Message, rename={"from_date": "from", "to_date": "to"}):
    """Which cohorts, and what of them."""

    grain: Annotated[Grain, Meta(description="The length of a period.")] = "month"
    measure: Annotated[
        CohortMeasure,
        Meta(
            description="`retention`: the share of its customers who bought; `revenue`: net of"
            " refunds; `ltv`: revenue per customer up to the period's end."
        ),
    ] = "retention"
    from_date: Annotated[
        date | None,
        Meta(description="First purchases in the period of this day, or later; by default all."),
    ] = None
    to_date: Annotated[
        date | None, Meta(description="First purchases in the period of this day, or earlier.")
    ] = None
    brand_id: Annotated[UUID | None, Meta(description="Of one brand's orders alone.")] = None


class Cohort(Message):
    """Customers whose first purchase is in one period, and what became of them."""

    period: Annotated[date, Meta(description="First day of the period.", examples=["2026-01-01"])]
    customers: Annotated[int, Meta(examples=[120])]
    values: Annotated[
        tuple[Value | None, ...],
        Meta(
            description="Of the period of the first purchase, and of each after it; null where the"
            " period ends after `covered_to`, or where money has no rate or is unknown.",
            examples=[["1.0000", "0.2500", None]],
        ),
    ]


class UnconvertedOrders(Message):
    """What has no rate, of the cohorts of the answer."""

    currency: Annotated[str, Meta(examples=["CHF"])]
    revenue: Annotated[Decimal, Meta(description="Net of refunds.", examples=["12.50"])]


class CohortsResult(Message):
    """Cohorts by period; values are decimal strings."""

    cohorts: tuple[Cohort, ...]
    currency: Annotated[str, Meta(description="Of all amounts.", examples=["EUR"])]
    unconverted: Annotated[
        tuple[UnconvertedOrders, ...],
        Meta(description="Without a rate; the values that lack it are null.", examples=[[]]),
    ]
    covered_to: Annotated[
        date | None,
        Meta(description="The last day of which all orders are here.", examples=["2026-03-15"]),
    ]
    as_of: Annotated[AwareDatetime | None, Meta(description="When the data last changed.")]
    late: Annotated[
        tuple[str, ...],
        Meta(
            description="Connections whose last change is not in it yet: it is being taken in.",
            examples=[[]],
        ),
    ]
