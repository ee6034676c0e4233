"""Connections over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.integrations.connections import operations, queries
from apps.integrations.connections.models import Connection
from omnify.api.fields import RowSerializer
from omnify.api.views import ServiceView


class ConnectionSerializer(RowSerializer[Connection]):
    """A connection."""

    class Meta:
        model = Connection
        fields = (
            "id",
            "platform",
            "name",
            "status",
            "brand_id",
            "complete_levels",
            "changed_at",
            "created_at",
        )


class ConnectionListView(ServiceView):
    """Connections."""

    access: ClassVar = {"GET": "integration:view"}

    @extend_schema(summary="List connections", responses=ConnectionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(queries.list_connections(), ConnectionSerializer)


class ConnectionView(ServiceView):
    """One connection."""

    access: ClassVar = {"GET": "integration:view", "DELETE": "integration:disconnect"}
    grants_on = ("integration", "connection_id")

    @extend_schema(summary="Get a connection", responses=ConnectionSerializer)
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The connection."""
        row = queries.get_connection(connection_id)
        return Response(ConnectionSerializer(row).data)

    @extend_schema(summary="Remove a connection and its metrics", responses={204: None})
    def delete(self, request: Request, connection_id: UUID) -> Response:
        """Remove it."""
        operations.remove_connection(connection_id)
        return Response(status=204)


urlpatterns = [
    path("api/integrations/connections", ConnectionListView.as_view()),
    path("api/integrations/connections/<uuid:connection_id>", ConnectionView.as_view()),
]
