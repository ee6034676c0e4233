"""How platforms are connected."""

from __future__ import annotations

from uuid import UUID

from apps.integrations.connecting.messages import PlatformStatus
from apps.integrations.connections.queries import find_pick
from apps.integrations.connections.states import find_state
from apps.integrations.platforms.registry import get_adapter
from omnify.services.messages import as_message


def get_status(platform: str, connection_id: UUID | None) -> PlatformStatus:
    """Return how the platform's connection is, which need not be named if it is the only one.

    Raises:
        PlatformNotFoundError: this version cannot connect a platform of the name.
        ConnectionNotFoundError, ConnectionAmbiguousError: as ``find_pick`` does.
    """
    spec = get_adapter(platform).spec
    connection = find_pick(spec.id, connection_id)
    if connection is None:
        return PlatformStatus(platform=spec.id, is_connected=False)
    credential = getattr(connection, "credential", None)
    return as_message(
        PlatformStatus,
        connection,
        is_connected=True,
        connection_id=connection.id,
        state=find_state(connection),
        **{
            field: getattr(credential, field, None)
            for field in ("expires_at", "refresh_expires_at", "refreshed_at")
        },
    )
