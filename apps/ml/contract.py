"""What ml declares and what the other services may ask of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.events import Event
from omnify.services import Contract, Manifest, method
from omnify.services.manifest import NavigationItem
from omnify.services.messages import AwareDatetime, Message

MANIFEST = Manifest(
    name="ml",
    summary="Forecasts with honest intervals and a record of how good they were.",
    port=8006,
    prefixes=("/api/predictive", "/api/ml"),
    needs=("auth", "analytics"),
    uses=("agentkit",),
    listens_to=("analytics.facts.changed", "integrations.rates.changed"),
    navigation=(
        NavigationItem("Forecasts", "/app/ml/", "trend", "analytics:view", group="work", weight=10),
    ),
    gives_to_shell=("search", "work"),
)


class ForecastQuery(Message):
    """A measure to forecast, ``horizon`` periods ahead, of a channel or (empty) of the whole."""

    metric: str
    grain: str
    horizon: int
    channel: str = ""


class ForecastPoint(Message):
    """A future period: its expected value and the bounds of the 80 % and 95 % intervals."""

    period: date
    value: Decimal
    lo80: Decimal
    hi80: Decimal
    lo95: Decimal
    hi95: Decimal


class Backtest(Message):
    """How the method did on the organization's own past, against repeating the last value.

    Errors are mean absolute ones in the metric's unit; coverages are shares between 0 and 1.
    """

    origins: int
    horizon: int
    mae: Decimal
    naive_mae: Decimal
    coverage80: Decimal
    coverage95: Decimal


class UnconvertedMoney(Message):
    """What a history lacks of its metric, in a currency that has no rate."""

    currency: Annotated[str, Meta(examples=["USD"])]
    amount: Decimal


class ForecastResult(Message):
    """A forecast and what it rests on."""

    metric: Annotated[str, Meta(examples=["revenue"])]
    channel: Annotated[str, Meta(examples=[""])]
    grain: Annotated[str, Meta(examples=["week"])]
    unit: Annotated[str, Meta(description="currency or count", examples=["currency"])]
    currency: Annotated[str, Meta(examples=["EUR"])]
    method: Annotated[str, Meta(examples=["seasonal"])]
    points: tuple[ForecastPoint, ...]
    backtest: Backtest
    trained_from: date
    trained_to: date
    clipped_at_zero: bool
    as_of: AwareDatetime | None
    unconverted: Annotated[
        tuple[UnconvertedMoney, ...],
        Meta(description="Left out of the history for want of a rate.", examples=[[]]),
    ] = ()


class StoredPrediction(Message):
    """A forecast, when it was made, and the path of its page."""

    result: ForecastResult
    horizon: int
    made_at: AwareDatetime
    path: str = ""


class PredictionReady(Event):
    """A forecast was made anew after an organization's metrics changed."""

    topic = "ml.prediction.ready"
    key_field = "organization_id"

    organization_id: UUID
    metric: str
    grain: str
    horizon: int


class Ml(Contract):
    """Asked for predictions about the organization of the context."""

    service = "ml"

    @method(idempotent=True, timeout_seconds=20.0)
    def forecast(self, query: ForecastQuery) -> ForecastResult:
        """Return a forecast.

        Raises:
            InsufficientDataError: the history is too short or has gaps; the details say which.
            InvalidInputError: an unknown metric or grain, or a horizon out of range.
        """
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=5.0)
    def latest_predictions(self) -> tuple[StoredPrediction, ...]:
        """List the forecasts that were made last, the newest first, without computing any."""
        raise NotImplementedError

    @method(idempotent=True, timeout_seconds=2.0, attempts=1)
    def latest_prediction(
        self, metric: str, grain: str, channel: str = ""
    ) -> StoredPrediction | None:
        """Return the forecast that was made last, of a channel or (empty) of the whole, if any."""
        raise NotImplementedError
