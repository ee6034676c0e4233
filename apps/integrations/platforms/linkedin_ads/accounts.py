"""Which ad accounts a person has a role in, and which campaigns these have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from apps.integrations.platforms.linkedin_ads.asking import read_id, write_list, write_query
from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import UTC, Account
from apps.integrations.platforms.shapes import read_as

_PAGE = 100
_CAMPAIGNS = 1000
#: Campaigns of all states: what was removed has cost money too.
_STATES = (
    *("ACTIVE", "PAUSED", "ARCHIVED", "COMPLETED", "CANCELED", "DRAFT", "PENDING_DELETION"),
    "REMOVED",
)
#: Names of campaigns, by who asked and account.
_NAMES: Final[WeakKeyDictionary[Api, dict[str, dict[str, str]]]] = WeakKeyDictionary()


class _User(msgspec.Struct):
    account: str


class _UserPage(msgspec.Struct):
    elements: tuple[_User, ...]


class _Account(msgspec.Struct):
    id: int
    name: str = ""
    currency: str = ""
    status: str = ""


class _Accounts(msgspec.Struct):
    results: dict[str, _Account]


class _Campaign(msgspec.Struct):
    id: int
    name: str = ""


class _Metadata(msgspec.Struct, rename="camel"):
    next_page_token: str = ""


class _CampaignPage(msgspec.Struct):
    elements: tuple[_Campaign, ...]
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


def list_accounts(api: Api) -> Iterator[Account]:
    """Yield the ad accounts that the person has a role in, by id."""
    ids = sorted(list_roles(api), key=lambda own: (len(own), own))
    for at in range(0, len(ids), _PAGE):
        path = write_query("adAccounts", {"ids": write_list(ids[at : at + _PAGE])})
        found = read_as(_Accounts, api.get(path)).results
        for own in ids[at : at + _PAGE]:
            if (each := found.get(own)) is not None:
                yield Account(
                    id=own,
                    name=each.name or own,
                    currency=each.currency,
                    timezone=UTC,
                    is_active=each.status == "ACTIVE",
                )


def list_roles(api: Api) -> set[str]:
    """Return the ids of the accounts that the person has a role in."""

    def ask(start: int) -> tuple[Sequence[_User], int | None]:
        parameters = {"q": "authenticatedUser", "start": str(start), "count": str(_PAGE)}
        page = read_as(_UserPage, api.get(write_query("adAccountUsers", parameters)))
        return page.elements, start + _PAGE if len(page.elements) == _PAGE else None

    return {read_id(each.account) for each in read_pages(0, ask, lambda each: each.account)}


def list_campaigns(api: Api, account: Account) -> dict[str, str]:
    """Return the names of an account's campaigns, by id."""

    def ask(token: str) -> tuple[Sequence[_Campaign], str | None]:
        parameters = {
            "q": "search",
            "search": f"(status:(values:{write_list(_STATES)}))",
            "pageSize": str(_CAMPAIGNS),
            **({"pageToken": token} if token else {}),
        }
        path = write_query(f"adAccounts/{account.id}/adCampaigns", parameters)
        page = read_as(_CampaignPage, api.get(path))
        return page.elements, page.metadata.next_page_token or None

    return {str(each.id): each.name for each in read_pages("", ask, lambda each: each.id)}


def name_campaigns(api: Api, account: Account) -> dict[str, str]:
    """Return the names of an account's campaigns, by id, which are listed once by each ``api``.

    A run has one: what is made or named anew meanwhile is so in the next one.
    """
    known = _NAMES.setdefault(api, {})
    if account.id not in known:
        known[account.id] = list_campaigns(api, account)
    return known[account.id]
