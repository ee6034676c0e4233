"""Connecting by a key, and making connections good again."""

from __future__ import annotations

from datetime import datetime

from apps.integrations.connecting.operations.keeping import connect
from apps.integrations.connecting.operations.starting import find_spec, read_shop, refuse_other_way
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import Grant


def connect_by_key(
    platform: str,
    api_key: str,
    *,
    shop: str,
    now: datetime,
) -> Connection:
    """Connect a platform by a key that it takes.

    Raises:
        PlatformNotFoundError: this version cannot connect a platform of the name.
        ConnectsOtherwiseError: the platform is connected by consent alone.
        ShopInvalidError: the shop is none.
        PlatformRefusedError, PlatformBusyError, PlatformUnreachableError: the platform did not
            take it, or did not say.
    """
    spec = get_adapter(platform).spec
    refuse_other_way(spec, "api_key")
    shop = read_shop(spec, shop)
    grant = Grant(access_token=api_key, facts={"shop": shop} if shop else {})
    return connect(platform, grant, now=now)


def replace_key(connection: Connection, api_key: str, *, now: datetime) -> None:
    """Let a connection go on with another key.

    Raises:
        AccountDiffersError: the key is of another account; else as ``connect_by_key`` does.
    """
    refuse_other_way(find_spec(connection), "api_key")
    grant = Grant(access_token=api_key, facts=connection.facts)
    connect(connection.platform, grant, now=now, connection_id=connection.id)
