"""The one word that says how a connection is, computed from facts alone."""

from __future__ import annotations

from enum import StrEnum

from apps.integrations.connections.models import Connection


class State(StrEnum):
    """How a connection is; the first that holds counts."""

    DISCONNECTED = "disconnected"
    REAUTHORISE = "reauthorise"
    PAUSED = "paused"
    CONNECTING = "connecting"
    LATE = "late"
    HEALTHY = "healthy"


def find_state(connection: Connection) -> State:
    """Return the word of a connection, whose credential is read with it where it has one."""
    credential = getattr(connection, "credential", None)
    if connection.disconnected_at is not None:
        return State.DISCONNECTED
    if credential is not None and credential.ended_at is not None:
        return State.REAUTHORISE
    if connection.paused_at is not None:
        return State.PAUSED
    if credential is not None and connection.version == 0:
        return State.CONNECTING
    if credential is not None and credential.failing_since is not None:
        return State.LATE
    return State.HEALTHY
