"""Keeping what a platform granted: a connection, its tokens, and the accounts that it sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from apps.integrations.accounts.operations import keep_accounts
from apps.integrations.accounts.queries import list_chosen
from apps.integrations.authorizing.operations import keep_grant
from apps.integrations.calling.operations.opening import open_granted
from apps.integrations.connections import queries
from apps.integrations.connections.models import Connection
from apps.integrations.contract import ConnectionActivated
from apps.integrations.exceptions import AccountDiffersError
from apps.integrations.platforms.port import Adapter, Api
from apps.integrations.platforms.refusals import GrantEndedError, PlatformError, RequestRefusedError
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Account
from apps.integrations.platforms.specs import Grant, PlatformSpec
from apps.integrations.platforms.telling import telling_callers
from apps.integrations.syncing.operations.starting import start_if_due
from apps.integrations.webhooks.operations import request_subscription
from omnify.context import current_user_id
from omnify.db import atomic
from omnify.events import publish
from omnify.identity.audit import Target, record_audit

log = structlog.get_logger(__name__)
_LONGEST_NAME: Final = 64
_RENEWED: Final = (
    *("external_name", "scopes", "facts", "owner_id"),
    *("disconnected_at", "next_sync_at"),
)


@contextmanager
def taking_grant(platform: str) -> Iterator[None]:
    """Let what a platform does not grant fail in words of our API; there is nothing to renew yet.

    Raises:
        PlatformRefusedError, PlatformBusyError, PlatformUnreachableError: as their names say.
    """
    with telling_callers(platform):
        try:
            yield
        except GrantEndedError as error:
            raise RequestRefusedError(error.words, request_id=error.request_id) from error


def connect(
    platform: str, grant: Grant, *, now: datetime, connection_id: UUID | None = None
) -> Connection:
    """Make the connection that a grant is of, or renew it if there is one.

    With ``connection_id`` it has to be of that one.

    Raises:
        AccountDiffersError: the grant is of another account than that connection.
        PlatformRefusedError, PlatformBusyError, PlatformUnreachableError: the platform does not
            say whose it is.
    """
    adapter = get_adapter(platform)
    api = open_granted(platform, grant)
    seen = _list_seen(adapter, api)
    with taking_grant(platform):
        account = adapter.identify(api, seen)
    with atomic("integrations"):
        if connection_id is not None:
            _refuse_other_account(queries.get_connection(connection_id), account)
        connection = _take_connection(adapter.spec, account, now)
        _renew(connection, account, grant, now)
        keep_grant(connection, grant, now)
        keep_accounts(connection, seen or (), now)
        request_subscription(connection)
        _tell(connection)
    start_if_due(connection, now)
    return connection


def _list_seen(adapter: Adapter, api: Api) -> list[Account] | None:
    """Return the accounts that a grant sees, None where the platform does not say now."""
    try:
        return list(adapter.list_accounts(api))
    except PlatformError as error:
        log.warning("accounts_not_listed", platform=adapter.spec.id, code=error.code)
        return None


def _refuse_other_account(connection: Connection, account: Account) -> None:
    if connection.external_id != account.id:
        raise AccountDiffersError(
            expected=connection.external_name or connection.external_id, found=account.name
        )


def _take_connection(spec: PlatformSpec, account: Account, now: datetime) -> Connection:
    """Return the connection of an account, a new one if there is none, locked."""
    connection, _ = Connection.objects.get_or_create(
        platform=spec.id,
        external_id=account.id,
        defaults={"name": _find_name(spec, account), "role": spec.role, "changed_at": now},
    )
    return Connection.objects.select_for_update().get(id=connection.id)


def _find_name(spec: PlatformSpec, account: Account) -> str:
    """Return a name that no other connection of the platform has."""
    name = " ".join(account.name.split())[:_LONGEST_NAME].strip() or spec.name
    if queries.find_connection(platform=spec.id, name=name) is None:
        return name
    return f"{name[: _LONGEST_NAME - len(account.id) - 3]} ({account.id})"[-_LONGEST_NAME:]


def _renew(connection: Connection, account: Account, grant: Grant, now: datetime) -> None:
    connection.external_name = account.name[:200]
    connection.scopes, connection.facts = list(grant.scopes), grant.facts
    connection.owner_id, connection.disconnected_at = current_user_id(), None
    if connection.paused_at is None and list_chosen(connection).exists():
        connection.next_sync_at = now
    connection.save(update_fields=_RENEWED)


def _tell(connection: Connection) -> None:
    target = Target(type="integration", id=str(connection.id))
    record_audit(
        "integrations",
        "integrations.connection.connected",
        target=target,
        platform=connection.platform,
        account=connection.external_name,
    )
    publish(
        ConnectionActivated(
            organization_id=connection.organization_id,
            connection_id=connection.id,
            platform=connection.platform,
            name=connection.name,
            owner_id=connection.owner_id,
        )
    )
