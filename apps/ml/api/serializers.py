"""What ml's API reads, and what it shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.ml.contract import ForecastPoint, ForecastResult
from apps.ml.forecasting import SEASONS
from apps.ml.models import StoredForecast
from apps.ml.operations import ForecastAnswer
from apps.ml.queries import METRICS
from omnify.api.fields import RowSerializer, TextField
from omnify.money import format_count, format_fixed, format_money

_HORIZON = 104


@extend_schema_field({"type": "string", "enum": list(METRICS)})
class MetricField(TextField):
    """A metric that can be forecast; the operation refuses others with the list of them."""


@extend_schema_field({"type": "string", "enum": list(SEASONS), "default": "week"})
class GrainField(TextField):
    """The length of a period."""


class ForecastQuerySerializer(serializers.Serializer[Any]):
    """What to forecast, by which periods, how far ahead."""

    metric = MetricField(max_length=64)
    channel = TextField(max_length=64, required=False, default="", allow_blank=True)
    grain = GrainField(max_length=10, required=False, default="week")
    horizon = serializers.IntegerField(
        min_value=1,
        max_value=_HORIZON,
        required=False,
        default=13,
        help_text="Periods ahead; how many at most depends on the grain.",
    )


class PointSerializer(serializers.Serializer[Any]):
    """A future period, and the bounds of the 80 % and 95 % intervals."""

    period = serializers.DateField()
    value = TextField()
    lo80 = TextField()
    hi80 = TextField()
    lo95 = TextField()
    hi95 = TextField()


class BacktestSerializer(serializers.Serializer[Any]):
    """How the method did on the past, beside repeating the last value."""

    origins = serializers.IntegerField()
    horizon = serializers.IntegerField()
    mae = TextField()
    naive_mae = TextField()
    coverage80 = TextField()
    coverage95 = TextField()


class ResultSerializer(serializers.Serializer[Any]):
    """A forecast and what it rests on."""

    metric = TextField()
    channel = TextField()
    grain = TextField()
    unit = TextField(help_text="currency or count")
    currency = TextField()
    method = TextField()
    points = PointSerializer(many=True)
    backtest = BacktestSerializer()
    trained_from = serializers.DateField()
    trained_to = serializers.DateField()
    clipped_at_zero = serializers.BooleanField()
    as_of = serializers.DateTimeField(allow_null=True)


class ForecastSerializer(ResultSerializer):
    """A forecast, fresh or kept."""

    degraded = serializers.ListField(child=TextField())
    age_seconds = serializers.IntegerField()


class PredictionSerializer(RowSerializer[StoredForecast]):
    """A stored forecast."""

    forecast = serializers.SerializerMethodField()

    class Meta:
        model = StoredForecast
        fields = ("id", "metric", "channel", "grain", "horizon", "made_at", "forecast")

    @extend_schema_field(ResultSerializer)
    def get_forecast(self, row: StoredForecast) -> dict[str, Any]:
        """The forecast itself."""
        return _result_body(msgspec.msgpack.decode(bytes(row.result), type=ForecastResult))


class RefreshSerializer(serializers.Serializer[Any]):
    """The job that makes forecasts anew."""

    job_id = serializers.UUIDField()


def forecast_body(answer: ForecastAnswer) -> dict[str, Any]:
    """A forecast as JSON: values as decimal strings, shares with four places."""
    return {
        **_result_body(answer.result),
        "degraded": list(answer.degraded),
        "age_seconds": answer.age_seconds,
    }


def _result_body(result: ForecastResult) -> dict[str, Any]:
    return {
        "metric": result.metric,
        "channel": result.channel,
        "grain": result.grain,
        "unit": result.unit,
        "currency": result.currency,
        "method": result.method,
        "points": [_point(point, result) for point in result.points],
        "backtest": _backtest(result),
        "trained_from": result.trained_from.isoformat(),
        "trained_to": result.trained_to.isoformat(),
        "clipped_at_zero": result.clipped_at_zero,
        "as_of": result.as_of and result.as_of.isoformat(),
    }


def _point(point: ForecastPoint, result: ForecastResult) -> dict[str, str]:
    bounds = ("value", "lo80", "hi80", "lo95", "hi95")
    return {
        "period": point.period.isoformat(),
        **{name: _text(getattr(point, name), result) for name in bounds},
    }


def _backtest(result: ForecastResult) -> dict[str, Any]:
    backtest = result.backtest
    return {
        "origins": backtest.origins,
        "horizon": backtest.horizon,
        "mae": _text(backtest.mae, result),
        "naive_mae": _text(backtest.naive_mae, result),
        "coverage80": format_fixed(backtest.coverage80, 4),
        "coverage95": format_fixed(backtest.coverage95, 4),
    }


def _text(value: Decimal, result: ForecastResult) -> str:
    if result.unit == "currency":
        return format_money(value, result.currency)
    return format_count(value)
