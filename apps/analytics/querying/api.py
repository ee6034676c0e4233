"""Queries over HTTP: what is asked, and the views that answer."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.analytics.contract import MetricQuery
from apps.analytics.metrics.bodies import table_body
from apps.analytics.metrics.formats import PRECISIONS
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.periods import GRAINS
from apps.analytics.metrics.validation import DIMENSIONS
from apps.analytics.querying.queries import answer_query
from omnify.api.fields import TextField
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN

_MEASURES_HELP = f"Of {', '.join(MEASURES)}."
OBJECT: dict[int, Any] = {200: {"type": "object"}}
EXAMPLE = OpenApiExample(
    "Spend by channel and month",
    request_only=True,
    value={
        "measures": ["spend", "clicks", "cpc"],
        "dimensions": ["channel", "period"],
        "grain": "month",
        "from": "2019-01-01",
        "to": "2019-06-30",
    },
)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a filter that is not applied answers wrongly."""

    def to_internal_value(self, data: Any) -> Any:
        """As DRF's, but for unknown fields."""
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            known = ", ".join(self.fields)
            message = f"There is no such field; there are {known}."
            raise serializers.ValidationError({str(name)[:64]: [message] for name in unknown})
        return super().to_internal_value(data)


class FiltersSerializer(StrictSerializer):
    """What rows count."""

    channel = serializers.ListField(
        child=TextField(max_length=64),
        required=False,
        max_length=100,
        allow_empty=False,
        min_length=1,
    )


class QuerySerializer(StrictSerializer):
    """A query: measures over dimensions between two days, both included."""

    measures = serializers.ListField(
        child=TextField(max_length=64), max_length=20, help_text=_MEASURES_HELP
    )
    dimensions = serializers.ListField(
        child=TextField(max_length=64),
        required=False,
        max_length=2,
        default=list,
        help_text=f"Of {', '.join(DIMENSIONS)}.",
    )
    filters = FiltersSerializer(required=False, default=dict)
    to = serializers.DateField()
    grain = TextField(
        required=False, default="day", max_length=10, help_text=f"One of {', '.join(GRAINS)}."
    )
    precision = serializers.ChoiceField(
        PRECISIONS, required=False, default="minor", help_text="Minor units, or six places."
    )

    def get_fields(self) -> dict[str, Any]:
        """The fields, with ``from``, which is no name that Python lets a class have."""
        return {**super().get_fields(), "from": serializers.DateField()}


def to_metric_query(asked: dict[str, Any]) -> MetricQuery:
    """A validated body as the message that it means."""
    return MetricQuery(
        measures=tuple(asked["measures"]),
        dimensions=tuple(asked["dimensions"]),
        channels=tuple(asked["filters"].get("channel", ())),
        from_date=asked["from"],
        to_date=asked["to"],
        grain=asked["grain"],
    )


class QueryView(ServiceView):
    """Answers queries."""

    access: ClassVar = {"POST": "analytics:view"}
    keeps_answers: ClassVar = False

    @extend_schema(
        summary="Ask for measures over dimensions",
        request=QuerySerializer,
        responses=OBJECT,
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """The rows and their totals."""
        asked = self.parse(QuerySerializer)
        query = to_metric_query(asked)
        return Response(table_body(query, answer_query(query), asked["precision"]))


class MeasureListView(ServiceView):
    """The definitions."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="List the measures and their formulas", responses=OBJECT)
    def get(self, request: Request) -> Response:
        """Name, label, unit and formula of each."""
        rows = [
            {"name": m.name, "label": m.label, "unit": m.unit, "formula": m.formula}
            for m in MEASURES.values()
        ]
        return Response({"results": rows, "next": None})
