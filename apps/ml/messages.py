"""What ml's API takes and answers, where it is not the contract's."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, TypeVar
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from apps.integrations.contract import MEASURES
from apps.ml.contract import ForecastQuery, ForecastResult
from omnify.money import round_count, round_money, round_share
from omnify.services.messages import AwareDatetime, Message

F = TypeVar("F", bound=ForecastResult)
_BOUNDS = ("value", "lo80", "hi80", "lo95", "hi95")
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


def rounded(result: F) -> F:
    """Return a forecast as answers show it: money in minor units, shares with four places."""

    def shown(value: Decimal) -> Decimal:
        is_money = result.unit == "currency"
        return round_money(value, result.currency) if is_money else round_count(value)

    points = (
        replace(point, **{name: shown(getattr(point, name)) for name in _BOUNDS})
        for point in result.points
    )
    backtest = replace(
        result.backtest,
        mae=shown(result.backtest.mae),
        naive_mae=shown(result.backtest.naive_mae),
        coverage80=round_share(result.backtest.coverage80),
        coverage95=round_share(result.backtest.coverage95),
    )
    unconverted = (
        replace(each, amount=round_money(each.amount, each.currency)) for each in result.unconverted
    )
    return replace(result, points=tuple(points), backtest=backtest, unconverted=tuple(unconverted))
