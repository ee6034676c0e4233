"""Asking a platform whether it answers."""

from __future__ import annotations

from uuid import UUID

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.connections.queries import get_connection
from apps.integrations.contract import ProbeResult
from apps.integrations.exceptions import NothingToSyncError
from apps.integrations.platforms.refusals import PlatformError
from apps.integrations.platforms.registry import find_adapter


def probe_connection(connection_id: UUID) -> ProbeResult:
    """Ask a connection's platform whose account it is; what it refuses is part of the result.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
        NothingToSyncError: it has no platform, or no token.
    """
    connection = get_connection(connection_id)
    adapter = find_adapter(connection.platform)
    if adapter is None or not hasattr(connection, "credential"):
        raise NothingToSyncError(name=connection.name)
    try:
        account = adapter.identify(open_api(connection))
    except PlatformError as refusal:
        return ProbeResult(
            answers=False,
            code=refusal.code,
            message=refusal.words,
            request_id=refusal.request_id,
        )
    return ProbeResult(answers=True, account_id=account.id, account_name=account.name)
