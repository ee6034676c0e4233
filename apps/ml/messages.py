"""What ml's API answers, where it is not the contract's."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, TypeVar
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from apps.ml.contract import ForecastResult
from omnify.money import round_count, round_money, round_share
from omnify.services.messages import AwareDatetime, Message

F = TypeVar("F", bound=ForecastResult)
_BOUNDS = ("value", "lo80", "hi80", "lo95", "hi95")


class Forecast(ForecastResult, kw_only=True):
    """A forecast, fresh or kept."""

    degraded: Annotated[
        tuple[str, ...], Meta(description="Services that could not be asked.", examples=[[]])
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
    return replace(result, points=tuple(points), backtest=backtest)
