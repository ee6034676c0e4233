"""Seeing a connection's accounts, and choosing those that are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.integrations.accounts import queries
from apps.integrations.accounts.messages import AccountsChoice, ChosenAccount
from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import AccountNotFoundError, AccountTakenError
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Account
from omnify.db import atomic

#: What the platform says of an account, by the column that keeps it.
_SAID = ("name", "currency", "timezone", "is_active", "parent_id", "began_on")


def refresh_accounts(connection: Connection, api: Api) -> int:
    """Ask a platform which accounts a connection can see, and keep them; return how many.

    What it does not name stays. The question runs outside any transaction.

    Raises:
        PlatformError: the platform did not say.
    """
    seen = list(get_adapter(connection.platform).list_accounts(api))
    with atomic("integrations"):
        keep_accounts(connection, seen, api.now)
    return len(seen)


def keep_accounts(connection: Connection, accounts: Iterable[Account], now: datetime) -> None:
    """Keep the accounts that a platform named, in the caller's transaction; others stay."""
    seen = {each.id: each for each in accounts}
    rows = queries.list_accounts(connection).select_for_update()
    known = {row.external_id: row for row in rows}
    for row in known.values():
        if row.external_id in seen:
            _note(row, seen[row.external_id], now)
    PlatformAccount.objects.bulk_update(known.values(), [*_SAID, "history", "seen_at"])
    new = [each for each in seen.values() if each.id not in known]
    PlatformAccount.objects.bulk_create(
        (_make(connection, each, now) for each in new), ignore_conflicts=True
    )


def choose_accounts(
    connection: Connection, choice: AccountsChoice, now: datetime
) -> list[PlatformAccount]:
    """Read the named accounts from now on, and no others; what others brought stays.

    Raises:
        AccountNotFoundError: the connection does not see one of them.
        AccountTakenError: one is read by another connection of the organization.
        BrandUnknownError: the organization has no such brand.
    """
    chosen = {each.id: each for each in choice.accounts}
    queries.refuse_unknown_brands(each.brand_id for each in chosen.values() if each.brand_id)
    depth = None if choice.depth == "all" else choice.depth
    with atomic("integrations"):
        _refuse_taken(connection, chosen)
        rows = list(queries.list_accounts(connection).select_for_update())
        _refuse_unseen(rows, chosen)
        for row in rows:
            _choose(row, chosen.get(row.external_id), depth)
        PlatformAccount.objects.bulk_update(rows, ["is_chosen", "brand_id", "depth_days"])
        connection.next_sync_at = now if chosen and _may_sync(connection) else None
        connection.brand_id = _find_brand(rows)
        connection.save(update_fields=["next_sync_at", "brand_id"])
    return [row for row in rows if row.is_chosen]


def _note(row: PlatformAccount, account: Account, now: datetime) -> None:
    """Take what the platform says now; another zone or currency is dated."""
    if (row.timezone, row.currency) != (account.timezone, account.currency):
        row.history = [*row.history, _era(account, now)]
    for field in _SAID:
        setattr(row, field, getattr(account, field))
    row.seen_at = now


def _make(connection: Connection, account: Account, now: datetime) -> PlatformAccount:
    return PlatformAccount(
        organization_id=connection.organization_id,
        connection=connection,
        platform=connection.platform,
        external_id=account.id,
        history=[_era(account, now)],
        seen_at=now,
        **{field: getattr(account, field) for field in _SAID},
    )


def _era(account: Account, now: datetime) -> dict[str, str]:
    return {
        "since": now.isoformat(),
        "timezone": account.timezone,
        "currency": account.currency,
    }


def _choose(row: PlatformAccount, chosen: ChosenAccount | None, depth: int | None) -> None:
    row.is_chosen = chosen is not None
    if chosen is not None:
        row.brand_id, row.depth_days = chosen.brand_id, depth


def _find_brand(rows: list[PlatformAccount]) -> UUID | None:
    """Return the one brand of all accounts that are read, None where they have none or several."""
    brands = {row.brand_id for row in rows if row.is_chosen}
    return brands.pop() if len(brands) == 1 else None


def _may_sync(connection: Connection) -> bool:
    return connection.disconnected_at is None and connection.paused_at is None


def _refuse_unseen(rows: list[PlatformAccount], chosen: dict[str, ChosenAccount]) -> None:
    seen = {row.external_id for row in rows}
    for external_id in chosen:
        if external_id not in seen:
            raise AccountNotFoundError(account=external_id)


def _refuse_taken(connection: Connection, chosen: dict[str, ChosenAccount]) -> None:
    """Lock all connections' rows of some accounts, and refuse one that another of them reads.

    Whoever chooses one of these at the same time waits, and is refused then.
    """
    rows = PlatformAccount.objects.filter(
        platform=connection.platform, external_id__in=list(chosen)
    )
    for row in rows.select_related("connection").select_for_update(of=("self",)):
        if row.is_chosen and row.connection_id != connection.id:
            raise AccountTakenError(account=row.external_id, name=row.connection.name)
