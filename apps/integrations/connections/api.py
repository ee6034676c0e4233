"""Connections over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from apps.integrations.connections import operations, queries
from apps.integrations.connections.messages import Connection
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class ConnectionListView(ServiceView):
    """Connections of the organization."""

    @route("integration:view", summary="List connections")
    def get(self) -> Page[Connection]:
        return self.page(queries.list_connections(), Connection)


class ConnectionView(ServiceView):
    """One connection."""

    grants_on: ClassVar = ("integration", "connection_id")

    @route("integration:view", summary="Get a connection")
    def get(self, connection_id: UUID) -> Connection:
        return as_message(Connection, queries.get_connection(connection_id))

    @route("integration:disconnect", summary="Remove a connection and its metrics")
    def delete(self, connection_id: UUID) -> None:
        operations.remove_connection(connection_id)
