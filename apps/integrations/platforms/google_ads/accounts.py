"""Which customers a login reaches: its own, and through its managers all below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from apps.integrations.platforms.google_ads.searching import search
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import AccessLostError
from apps.integrations.platforms.rows import UTC, Account
from apps.integrations.platforms.shapes import read_as

_CLIENTS = (
    "SELECT customer_client.id, customer_client.descriptive_name, customer_client.currency_code,"
    " customer_client.time_zone, customer_client.manager, customer_client.status"
    " FROM customer_client"
)


class _Accessible(msgspec.Struct, rename="camel"):
    resource_names: tuple[str, ...] = ()


class _Client(msgspec.Struct, rename="camel"):
    id: str
    descriptive_name: str = ""
    currency_code: str = ""
    time_zone: str = UTC
    manager: bool = False
    status: str = ""


class _ClientRow(msgspec.Struct, rename="camel"):
    customer_client: _Client


def list_accounts(api: Api) -> Iterator[Account]:
    """Yield the customers that advertise, each once: without a manager where that is possible.

    Raises:
        AccessLostError: Google refuses all customers of the login.
    """
    found: dict[str, Account] = {}
    refusal: AccessLostError | None = None
    for root in _list_roots(api):
        try:
            clients = list(search(api, root, _CLIENTS, _ClientRow))
        except AccessLostError as error:
            refusal = error  # Closed, or never set up; others of the login may be open.
            continue
        for row in clients:
            account = _to_account(row.customer_client, root)
            if not row.customer_client.manager and (
                account.id not in found or not account.parent_id
            ):
                found[account.id] = account
    if refusal is not None and not found:
        raise refusal
    yield from found.values()


def identify(api: Api, seen: Iterable[Account]) -> Account:
    """Return whose login it is: that of the first customer that it reaches by itself.

    Its name says how many others the login reaches, which are as much of it as that one. It is
    asked for only if it is not among those that were seen.

    Raises:
        AccessLostError: it reaches none.
    """
    roots = _list_roots(api)
    if not roots:
        raise AccessLostError("Google shows no Google Ads account to this login.")
    known = next((each for each in seen if each.id == roots[0].id), None)
    first, others = known or _describe(api, roots[0]), len(roots) - 1
    name = f"{first.name} and {others} more" if others else first.name
    return msgspec.structs.replace(first, name=name)


def _describe(api: Api, root: Account) -> Account:
    """Return a customer with its name; one that is closed or was never set up has its id alone."""
    try:
        clients = [row.customer_client for row in search(api, root, _CLIENTS, _ClientRow)]
    except AccessLostError:
        return root
    return next((_to_account(each, root) for each in clients if each.id == root.id), root)


def _list_roots(api: Api) -> list[Account]:
    """List the customers that the login itself has access to, by id."""
    path = f"/{api.configuration.api_version}/customers:listAccessibleCustomers"
    names = read_as(_Accessible, api.get(path)).resource_names
    ids = sorted(name.removeprefix("customers/") for name in names)
    # Below a manager, requests have to name it; a customer that is none reaches itself alone.
    return [Account(id=each, name=each, currency="", timezone=UTC, parent_id=each) for each in ids]


def _to_account(client: _Client, root: Account) -> Account:
    return Account(
        id=client.id,
        name=client.descriptive_name or client.id,
        currency=client.currency_code,
        timezone=client.time_zone,
        is_active=client.status == "ENABLED",
        parent_id="" if client.id == root.id else root.id,
    )
