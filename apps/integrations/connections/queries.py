"""The organization's connections."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import ConnectionNotFoundError
from omnify.names import fold


def get_connection(connection_id: UUID) -> Connection:
    """Return a connection of the organization.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    refusal = ConnectionNotFoundError(connection_id=connection_id)
    return Connection.objects.get_or_refuse(refusal, id=connection_id)


def find_connection(*, platform: str, name: str) -> Connection | None:
    """Return the connection of a name in any spelling, None if there is none."""
    return Connection.objects.filter(platform=platform, name_key=fold(name)).first()


def list_connections() -> QuerySet[Connection]:
    """Return the organization's connections, newest first."""
    return Connection.objects.all()


def find_last_change() -> datetime | None:
    """Return when the metrics of any connection changed last."""
    changed_at: datetime | None = Connection.objects.aggregate(at=Max("changed_at"))["at"]
    return changed_at


def find_span(connection: Connection) -> tuple[date | None, date | None]:
    """Return the first and the last day with metrics of a connection."""
    days = connection.dailymetric_rows.aggregate(first=Min("date"), last=Max("last_date"))
    return days["first"], days["last"]
