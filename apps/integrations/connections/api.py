"""Connections over HTTP."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from apps.integrations.connections import models, operations, queries
from apps.integrations.connections.messages import Connection, ConnectionChange
from apps.integrations.connections.states import describe_state
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class ConnectionListView(ServiceView):
    @route("integration:view", summary="List connections")
    def get(self) -> Page[Connection]:
        return self.page(queries.list_connections(), Connection, convert=to_message)


class OfConnectionView(ServiceView):
    """A view of the connection that the path names, on which permissions may be granted."""

    grants_on: ClassVar = ("integration", "connection_id")


class ConnectionView(OfConnectionView):
    @route("integration:view", summary="Get a connection")
    def get(self, connection_id: UUID) -> Connection:
        return to_message(queries.get_connection(connection_id))

    @route("integration:connect", summary="Change a connection")
    def patch(self, change: ConnectionChange, connection_id: UUID) -> Connection:
        return to_message(operations.change_connection(connection_id, change, now=self.now))


def to_message(row: models.Connection) -> Connection:
    """Return a connection as the API has it."""
    return as_message(Connection, row, **describe_state(row)._asdict())
