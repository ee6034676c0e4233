"""HTTP to one operation or query and back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.ml import queries
from apps.ml.api import serializers
from apps.ml.contract import ForecastQuery
from apps.ml.operations import make_forecast, request_refresh
from omnify.api.views import ServiceView
from omnify.db import atomic
from omnify.jobs.api import JobView


class ForecastView(ServiceView):
    """Forecasts."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:view"}
    keeps_answers: ClassVar = False

    @extend_schema(
        summary="Forecast a metric",
        parameters=[serializers.ForecastQuerySerializer],
        responses=serializers.ForecastSerializer,
    )
    def get(self, request: Request) -> Response:
        """The forecast, asked for in the address."""
        return _answer(self.parse_query(serializers.ForecastQuerySerializer))

    @extend_schema(
        summary="Forecast a metric",
        request=serializers.ForecastQuerySerializer,
        responses=serializers.ForecastSerializer,
        examples=[
            OpenApiExample(
                "Revenue, 13 weeks ahead",
                request_only=True,
                value={"metric": "revenue", "grain": "week", "horizon": 13},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """The forecast, asked for in the body."""
        return _answer(self.parse(serializers.ForecastQuerySerializer))


class PredictionListView(ServiceView):
    """Forecasts that were made before."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:admin"}
    keeps_answers: ClassVar = False

    @extend_schema(
        summary="List the stored forecasts", responses=serializers.PredictionSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """The newest first; they are made anew whenever metrics change."""
        return self.paginated(queries.list_stored(), serializers.PredictionSerializer)

    @extend_schema(
        summary="Make the stored forecasts anew",
        request=None,
        responses={202: serializers.RefreshSerializer},
    )
    def post(self, request: Request) -> Response:
        """The job that does it, or that already does."""
        with atomic("ml"):
            job_id = request_refresh()
        return Response({"job_id": str(job_id)}, status=202)


class RefreshJobView(JobView, ServiceView):
    """How far forecasts are that are made anew."""

    service = "ml"
    access: ClassVar = {"GET": "analytics:view", "DELETE": "analytics:admin"}


def _answer(asked: dict[str, Any]) -> Response:
    made = make_forecast(ForecastQuery(**asked), now=timezone.now())
    return Response(serializers.forecast_body(made))
