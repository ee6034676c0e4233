"""The accounts of a connection."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from apps.auth.contract import Auth
from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import BrandUnknownError
from apps.integrations.platforms.rows import Account
from omnify.services import client_of


def list_accounts(connection: Connection) -> QuerySet[PlatformAccount]:
    """Return all accounts that a connection has seen, in the order in which it saw them."""
    return PlatformAccount.objects.filter(connection=connection)


def list_chosen(connection: Connection) -> QuerySet[PlatformAccount]:
    """Return the accounts of a connection whose numbers are read."""
    return list_accounts(connection).filter(is_chosen=True)


def to_account(row: PlatformAccount) -> Account:
    """Return an account as adapters know it."""
    return Account(
        id=row.external_id,
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        is_active=row.is_active,
        parent_id=row.parent_id,
    )


def refuse_unknown_brands(brand_ids: Iterable[UUID]) -> None:
    """Refuse brands that the organization does not have; asks auth if any is named.

    Raises:
        BrandUnknownError: there is no such brand.
    """
    named = set(brand_ids)
    if not named:
        return
    known = {each.id for each in client_of(Auth).list_brands()}
    if unknown := sorted(named - known):
        raise BrandUnknownError(brand_id=unknown[0])
