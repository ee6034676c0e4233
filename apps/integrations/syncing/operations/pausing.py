"""Pausing and resuming a connection."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.integrations.accounts.queries import list_chosen
from apps.integrations.connections.models import Connection
from apps.integrations.connections.queries import get_connection
from apps.integrations.syncing import queries
from apps.integrations.syncing.operations.starting import cancel_run, start_if_due


def pause_connection(connection_id: UUID, now: datetime) -> Connection:
    """Let a connection bring nothing until it is resumed; a run under way ends.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = get_connection(connection_id)
    if connection.paused_at is None:
        connection.paused_at, connection.next_sync_at = now, None
        connection.save(update_fields=["paused_at", "next_sync_at"])
    run = queries.find_run_under_way(connection)
    if run is not None:
        cancel_run(run.id)
    return connection


def resume_connection(connection_id: UUID, now: datetime) -> Connection:
    """Let a paused connection sync again, at once.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = get_connection(connection_id)
    if connection.paused_at is not None:
        connection.paused_at = None
        if connection.disconnected_at is None and list_chosen(connection).exists():
            connection.next_sync_at = now
        connection.save(update_fields=["paused_at", "next_sync_at"])
        start_if_due(connection, now)
    return connection
