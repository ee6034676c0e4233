"""Attribution, as the API has it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from omnify.services.messages import AwareDatetime, Message

ModelName = Literal["first", "last", "linear", "time_decay", "position", "markov", "shapley"]
Window = Literal["1", "7", "14", "28", "lifetime"]
_DAYS = {"first": "from", "last": "to"}


class AttributionQuery(Message, rename=_DAYS):
    """A model, and the days in which journeys end; without days, the whole history."""

    model: Annotated[ModelName, Meta(description="How credit is shared.", examples=["linear"])]
    first: Annotated[date | None, Meta(description="First day.", examples=["2026-01-01"])] = None
    last: Annotated[date | None, Meta(description="Last day.", examples=["2026-01-31"])] = None
    window: Annotated[
        Window, Meta(description="So many days before its end a journey's touches count.")
    ] = "28"


class ChannelCredit(Message):
    """A channel's part of the conversions and of their value."""

    name: Annotated[str, Meta(examples=["search"])]
    conversions: Annotated[str, Meta(examples=["12.5"])]
    value: Annotated[str | None, Meta(examples=["310.00"])]
    share: Annotated[str | None, Meta(description="Of the conversions.", examples=["0.2500"])]
    other: Annotated[bool, Meta(description="Whether it is all channels without a row.")] = False


class UnconvertedValue(Message):
    """The value of conversions of which the day has no rate."""

    currency: Annotated[str, Meta(examples=["CHF"])]
    value: Annotated[Decimal, Meta(examples=["12.50"])]


class AttributionResult(Message, rename=_DAYS):
    """Credit by channel, the most first; conversions and values add up to the totals."""

    model: ModelName
    window: Window
    first: date
    last: date
    total: Annotated[str, Meta(description="Conversions with a journey.", examples=["50"])]
    total_value: Annotated[
        str | None, Meta(description="As far as it is known.", examples=["1240.00"])
    ]
    channels: tuple[ChannelCredit, ...]
    evidence: Annotated[Literal["journey_credit"], Meta(description="What kind of claim it is.")]
    cannot_know: Annotated[
        tuple[str, ...], Meta(description="What the model cannot know, a sentence each.")
    ]
    currency: Annotated[str, Meta(description="Of all values.", examples=["EUR"])]
    unconverted: Annotated[
        tuple[UnconvertedValue, ...],
        Meta(description="In no value for want of a rate.", examples=[[]]),
    ]
    as_of: Annotated[AwareDatetime | None, Meta(description="When the data last changed.")]
    late: Annotated[
        tuple[str, ...],
        Meta(
            description="Connections whose last change is not in it yet: it is being taken in.",
            examples=[[]],
        ),
    ]
