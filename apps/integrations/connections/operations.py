"""Making, changing and removing connections."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from apps.integrations.connections import queries
from apps.integrations.connections.models import Connection
from apps.integrations.contract import MetricsChanged
from omnify.db import atomic
from omnify.events import publish
from omnify.names import fold


def lock_connection(*, platform: str, name: str, now: datetime) -> Connection:
    """Return a connection, a new one if there is none, locked until the transaction ends.

    Spellings that differ in case are one name, which stays as it was spelled first.
    """
    connection, _ = Connection.objects.get_or_create(
        platform=platform,
        name_key=fold(name),
        defaults={"name": name, "changed_at": now},
    )
    return Connection.objects.select_for_update().get(id=connection.id)


def take_version(
    connection: Connection, version: int, *, complete_levels: dict[str, str], now: datetime
) -> None:
    """Let a connection's rows of another version, and its brand, count, all at once."""
    connection.version = version
    connection.complete_levels = complete_levels
    connection.changed_at = now
    connection.save(update_fields=["version", "complete_levels", "changed_at", "brand_id"])


def remove_connection(connection_id: UUID) -> None:
    """Remove a connection with all its metrics.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = queries.get_connection(connection_id)
    first, last = queries.find_span(connection)
    with atomic("integrations"):
        connection.delete()
        if first and last:
            publish_change(connection.organization_id, connection_id, first=first, last=last)


def publish_change(organization_id: UUID, connection_id: UUID, *, first: date, last: date) -> None:
    """Publish that a connection has other metrics between two days."""
    publish(
        MetricsChanged(
            organization_id=organization_id,
            connection_id=connection_id,
            first_date=first,
            last_date=last,
        )
    )
