"""Changing connections."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.integrations.connections import queries
from apps.integrations.connections.models import Connection
from apps.integrations.contract import MetricsChanged
from omnify.db import atomic
from omnify.events import publish


def lock_connection(*, platform: str, name: str, now: datetime) -> Connection:
    """Return a connection, made if need be, held until the end of the transaction."""
    connection, _ = Connection.objects.get_or_create(
        platform=platform, name=name, defaults={"changed_at": now}
    )
    return Connection.objects.select_for_update().get(id=connection.id)


def remove_connection(connection_id: UUID) -> None:
    """Remove a connection with all its metrics.

    Raises:
        ConnectionNotFoundError: the organization has none with this id.
    """
    connection = queries.get_connection(connection_id)
    first, last = queries.find_span(connection)
    with atomic("integrations"):
        source_id = connection.id
        connection.delete()
        if first and last:
            publish(
                MetricsChanged(
                    organization_id=connection.organization_id,
                    source_id=source_id,
                    first_date=first,
                    last_date=last,
                )
            )
