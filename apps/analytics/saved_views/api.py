"""Saved views over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.analytics.metrics.bodies import table_body
from apps.analytics.querying.api import OBJECT, QuerySerializer, to_metric_query
from apps.analytics.querying.queries import answer_query, refuse_invalid
from apps.analytics.saved_views import operations
from apps.analytics.saved_views.models import SavedView
from apps.analytics.saved_views.queries import get_saved_view, list_saved_views
from omnify.api.fields import RowSerializer, TextField
from omnify.api.views import ServiceView


class SavedViewSerializer(serializers.Serializer[Any]):
    """A query to keep."""

    name = TextField(max_length=100)
    query = QuerySerializer()


class SavedViewRowSerializer(RowSerializer[SavedView]):
    """A saved view."""

    class Meta:
        model = SavedView
        fields = ("id", "name", "query", "created_by", "created_at")


class SavedViewListView(ServiceView):
    """Saved views."""

    access: ClassVar = {"GET": "analytics:view", "POST": "analytics:view"}

    @extend_schema(summary="List saved views", responses=SavedViewRowSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(list_saved_views(), SavedViewRowSerializer)

    @extend_schema(
        summary="Save a query under a name",
        request=SavedViewSerializer,
        responses={201: SavedViewRowSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep the query, if it could be answered."""
        asked = self.parse(SavedViewSerializer)
        refuse_invalid(to_metric_query(asked["query"]))
        kept = QuerySerializer(asked["query"]).data
        row = operations.save_view(name=asked["name"], query=dict(kept))
        return Response(SavedViewRowSerializer(row).data, status=201)


class SavedViewView(ServiceView):
    """One saved view."""

    access: ClassVar = {"GET": "analytics:view", "DELETE": "analytics:view"}
    grants_on = ("analytics", "view_id")

    @extend_schema(summary="Get a saved view", responses=SavedViewRowSerializer)
    def get(self, request: Request, view_id: UUID) -> Response:
        """The view."""
        return Response(SavedViewRowSerializer(get_saved_view(view_id)).data)

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
        serializer = QuerySerializer(data=get_saved_view(view_id).query)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        query = to_metric_query(asked)
        return Response(table_body(query, answer_query(query), asked["precision"]))
