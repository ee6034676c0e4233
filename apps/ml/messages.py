"""What ml's API takes and answers, where it is not the contract's."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from apps.integrations.contract import MEASURES
from apps.ml.contract import ForecastQuery, ForecastResult
from omnify.services.messages import AwareDatetime, Message

#: What can be forecast: measures that add up over days.
METRICS: Final = tuple(each.name for each in MEASURES if "day" in each.additive_over)
#: The lengths of a period.
GRAINS: Final = ("day", "week", "month")


class ForecastInput(ForecastQuery, kw_only=True):
    """A measure to forecast, some periods ahead; the operation refuses others by name."""

    metric: Annotated[
        str, Meta(min_length=1, max_length=64, extra_json_schema={"enum": list(METRICS)})
    ]
    grain: Annotated[
        str, Meta(min_length=1, max_length=10, extra_json_schema={"enum": list(GRAINS)})
    ] = "week"
    horizon: Annotated[
        int,
        Meta(ge=1, le=104, description="Periods ahead; how many at most depends on the grain."),
    ] = 13
    channel: Annotated[str, Meta(max_length=64, description="Empty for all channels.")] = ""


class Forecast(ForecastResult, kw_only=True):
    """A forecast, fresh or kept."""

    degraded: Annotated[
        tuple[str, ...], Meta(description="Services that did not answer.", examples=[[]])
    ]
    age_seconds: Annotated[int, Meta(description="Zero for a fresh one.", examples=[0])]


class Prediction(Message):
    """A stored forecast."""

    id: UUID
    metric: Annotated[str, Meta(examples=["revenue"])]
    channel: str
    grain: Annotated[str, Meta(examples=["week"])]
    horizon: int
    made_at: AwareDatetime
    forecast: ForecastResult
