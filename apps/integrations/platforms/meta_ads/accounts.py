"""Who consented at Meta, and the ad accounts that they can see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from apps.integrations.platforms.meta_ads.lists import read_list
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import UTC, Account
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

#: ``account_status``: active, in a period of grace, any active one.
_ACTIVE: Final = frozenset((1, 9, 201))
_FIELDS: Final = "account_id,name,currency,timezone_name,account_status"
_PAGE: Final = 200


class _AdAccount(Message):
    account_id: str
    currency: str
    timezone_name: str
    name: str = ""
    account_status: int = 0


class _Person(Message):
    id: str
    name: str = ""


def list_accounts(api: Api) -> Iterator[Account]:
    """Yield the ad accounts of the person."""
    path = f"/{api.configuration.api_version}/me/adaccounts"
    asked = {"fields": _FIELDS, "limit": _PAGE}
    for found in read_list(api, path, asked, _AdAccount, lambda each: each.account_id):
        yield Account(
            id=found.account_id,
            name=found.name or found.account_id,
            currency=found.currency,
            timezone=found.timezone_name,
            is_active=found.account_status in _ACTIVE,
        )


def identify(api: Api) -> Account:
    """Return the person of the token."""
    answer = api.get(f"/{api.configuration.api_version}/me", {"fields": "id,name"})
    person = read_as(_Person, answer)
    return Account(id=person.id, name=person.name or person.id, currency="", timezone=UTC)
