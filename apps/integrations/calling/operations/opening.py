"""Open the way to a connection's platform."""

from __future__ import annotations

from uuid import UUID

from apps.integrations.authorizing.tokens import Tokens
from apps.integrations.calling.operations.asking import Clock, ConnectionApi
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.configuration import allows_loopback, get_configuration
from apps.integrations.platforms.registry import get_adapter


def open_api(
    connection: Connection, run_id: UUID | None = None, *, clock: Clock | None = None
) -> ConnectionApi:
    """Return how to ask a connection's platform as this deployment is configured.

    Args:
        connection: one that has a token or key.
        run_id: the run whose answers these will be, if one asks.
        clock: of its waiting; by default the machine's.

    Raises:
        PlatformNotFoundError: this version cannot connect its platform.
    """
    configuration = get_configuration(connection.platform)
    return ConnectionApi(
        connection,
        get_adapter(connection.platform),
        configuration,
        Tokens(connection.id),
        facts=connection.facts,
        allows_loopback=allows_loopback(connection.platform, configuration.api_url),
        run_id=run_id,
        clock=clock,
    )
