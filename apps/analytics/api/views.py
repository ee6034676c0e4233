"""HTTP to one operation or query and back."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.analytics import operations
from apps.analytics.api import serializers
from apps.analytics.api.bodies import stats_body, table_body
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.metrics.validation import MAX_DAYS
from apps.analytics.queries.dashboard import get_dashboard
from apps.analytics.queries.tables import answer_query, refuse_invalid
from apps.analytics.queries.views import get_saved_view, list_saved_views
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN

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


class QueryView(ServiceView):
    """Answers queries."""

    access: ClassVar = {"POST": "analytics:view"}
    keeps_answers: ClassVar = False

    @extend_schema(
        summary="Ask for measures over dimensions",
        request=serializers.QuerySerializer,
        responses=OBJECT,
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """The rows and their totals."""
        asked = self.parse(serializers.QuerySerializer)
        query = serializers.to_metric_query(asked)
        return Response(table_body(query, answer_query(query), asked["precision"]))


class DashboardStatsView(ServiceView):
    """The executive dashboard's numbers."""

    access: ClassVar = {"GET": "analytics:view"}

    @extend_schema(
        summary="The dashboard's numbers",
        parameters=[
            OpenApiParameter("from", date, description="First day, as 2019-01-01."),
            OpenApiParameter("to", date, description="Last day."),
            OpenApiParameter(
                "days",
                {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
                description="Without days: the last so many with data.",
            ),
        ],
        responses=OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Totals, channels, the course of time, and the same before."""
        asked = self.parse_query(serializers.StatsQuerySerializer)
        stats = get_dashboard(first=asked["from"], last=asked["to"], days=asked["days"])
        return Response(stats_body(stats))


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


class SavedViewListView(ServiceView):
    """Saved views."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:view"}

    @extend_schema(
        summary="List saved views", responses=serializers.SavedViewRowSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(list_saved_views(), serializers.SavedViewRowSerializer)

    @extend_schema(
        summary="Save a query under a name",
        request=serializers.SavedViewSerializer,
        responses={201: serializers.SavedViewRowSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep the query, if it could be answered."""
        asked = self.parse(serializers.SavedViewSerializer)
        refuse_invalid(serializers.to_metric_query(asked["query"]))
        kept = serializers.QuerySerializer(asked["query"]).data
        row = operations.save_view(name=asked["name"], query=dict(kept))
        return Response(serializers.SavedViewRowSerializer(row).data, status=201)


class SavedViewView(ServiceView):
    """One saved view."""

    access: ClassVar = {"GET": "analytics:view", "DELETE": "analytics:view"}
    grants_on = ("analytics", "view_id")

    @extend_schema(summary="Get a saved view", responses=serializers.SavedViewRowSerializer)
    def get(self, request: Request, view_id: UUID) -> Response:
        """The view."""
        return Response(serializers.SavedViewRowSerializer(get_saved_view(view_id)).data)

    @extend_schema(summary="Delete a saved view", responses={204: None})
    def delete(self, request: Request, view_id: UUID) -> Response:
        """Forget it."""
        operations.delete_view(view_id)
        return Response(status=204)


class SavedViewDataView(ServiceView):
    """A saved view's answer."""

    access: ClassVar = {"GET": "analytics:view"}
    grants_on = ("analytics", "view_id")

    @extend_schema(summary="Run a saved view", responses=OBJECT)
    def get(self, request: Request, view_id: UUID) -> Response:
        """The rows and their totals, as of now."""
        serializer = serializers.QuerySerializer(data=get_saved_view(view_id).query)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        query = serializers.to_metric_query(asked)
        return Response(table_body(query, answer_query(query), asked["precision"]))
