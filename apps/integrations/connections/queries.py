"""The organization's connections."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import ConnectionNotFoundError


def get_connection(connection_id: UUID) -> Connection:
    """A connection of the organization.

    Raises:
        ConnectionNotFoundError: it has none with this id.
    """
    found = Connection.objects.filter(id=connection_id).first()
    if found is None:
        raise ConnectionNotFoundError(connection_id=connection_id)
    return found


def list_connections() -> QuerySet[Connection]:
    """The organization's connections, newest first."""
    return Connection.objects.all()


def find_last_change() -> datetime | None:
    """When any of the organization's metrics changed last."""
    found: datetime | None = Connection.objects.aggregate(at=Max("changed_at"))["at"]
    return found


def find_span(connection: Connection) -> tuple[date | None, date | None]:
    """The first and the last day with metrics of a connection."""
    days = connection.metrics.aggregate(first=Min("date"), last=Max("date"))
    return days["first"], days["last"]
