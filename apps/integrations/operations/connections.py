"""Changing connections."""

from __future__ import annotations

from uuid import UUID

from apps.integrations import queries
from apps.integrations.contract import MetricsChanged
from omnify.db import atomic
from omnify.events import publish


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
