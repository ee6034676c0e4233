"""Open the way to a connection's platform."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7

from apps.integrations.authorizing.tokens import Tokens
from apps.integrations.calling.operations.asking import Clock, ConnectionApi
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.configuration import allows_loopback, get_configuration
from apps.integrations.platforms.refusals import GrantEndedError
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import Grant
from omnify.context import current_organization_id


def open_api(
    connection: Connection,
    run_id: UUID | None = None,
    *,
    keeps_answers: bool = True,
    clock: Clock | None = None,
) -> ConnectionApi:
    """Return how to ask a connection's platform as this deployment is configured.

    Args:
        connection: one that has a token or key.
        run_id: the run whose answers these will be, if one asks.
        keeps_answers: for those who look into a fault; not what is passed through.
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
        keeps_answers=keeps_answers,
        clock=clock,
    )


def open_granted(platform: str, grant: Grant) -> ConnectionApi:
    """Return how to ask a platform with what it just granted, before there is a connection.

    Nothing of what it answers is kept.

    Raises:
        PlatformNotFoundError: this version cannot connect a platform of the name.
    """
    configuration = get_configuration(platform)
    connection = Connection(
        id=uuid7(), organization_id=current_organization_id(), platform=platform, facts=grant.facts
    )
    return ConnectionApi(
        connection,
        get_adapter(platform),
        configuration,
        _NewToken(grant.access_token),
        facts=grant.facts,
        allows_loopback=allows_loopback(platform, configuration.api_url),
        keeps_answers=False,
    )


class _NewToken:
    """A token that was given a moment ago; there is no other one."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> tuple[str, int]:
        return self._token, 1

    def renew(self, version: int) -> tuple[str, int]:
        raise GrantEndedError("It does not take the token or key.")
