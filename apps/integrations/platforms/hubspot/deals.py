"""Deals as orders: a deal that is won is one, on the day when it was closed.

Amounts are those in the account's own currency, by HubSpot's rates. What is asked by change says
of each deal how it stands: one that is not won, or was deleted, is no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import field

from apps.integrations.platforms.hubspot.searching import (
    Filter,
    Found,
    search,
    search_page,
)
from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import Account, OrderRow, Slice, Total
from apps.integrations.platforms.shapes import read_as, read_micros
from omnify.services.messages import Message

_PROPERTIES: Final = (
    *("amount_in_home_currency", "closedate", "createdate", "hs_analytics_source"),
    *("hs_is_closed_won", "hs_lastmodifieddate"),
)
_WON: Final[Filter] = {"propertyName": "hs_is_closed_won", "operator": "EQ", "value": "true"}
#: Changes are found some time after they were made.
_OVERLAP: Final = timedelta(minutes=10)
#: The most ids of a request for contacts, and the page of a list of deleted deals.
_BATCH: Final = 100


class _Paged(Message):
    after: str


class _Paging(Message):
    next: _Paged | None = None


class _DeletedDeal(Message, rename="camel"):
    id: str
    properties: dict[str, str | None]
    archived_at: datetime


class _Deleted(Message):
    results: list[_DeletedDeal]
    paging: _Paging | None = None


class _Deal(Message):
    id: str


class _Contact(Message, rename="camel"):
    to_object_id: int


class _Association(Message):
    deal: _Deal = field(name="from")
    to: list[_Contact]


class _Associations(Message):
    results: list[_Association]


class _Contacts(Message):
    results: list[Found]


def read_orders(api: Api, account: Account, wanted: Slice) -> Iterator[OrderRow]:
    """Yield deals that were won in days, or all that changed since a moment as they stand."""
    if wanted.since is None:
        filters = [_WON, _closed_between(account, wanted.first, wanted.last)]
    else:
        since = wanted.since - _OVERLAP
        yield from _read_deleted(api, account, since)
        filters = [_filter("hs_lastmodifieddate", "GTE", since)]
    for page in search(api, "deals", filters, _PROPERTIES):
        customers = _find_customers(api, [deal.id for deal in page])
        for deal in page:
            yield _to_row(account, deal, customers.get(deal.id, ""))


def read_totals(api: Api, account: Account, first: date, last: date) -> Iterator[Total]:
    """Yield how many deals HubSpot says were won on each day."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        filters = [_WON, _closed_between(account, day, day)]
        total = search_page(api, "deals", filters, (), limit=1).total
        yield Total(date=day, measure="orders", micros=total * 1_000_000)


def _read_deleted(api: Api, account: Account, since: datetime) -> Iterator[OrderRow]:
    """Yield the deals that were deleted since a moment; no search finds them."""
    path = f"/crm/objects/{api.configuration.api_version}/deals"
    parameters = {"archived": "true", "limit": _BATCH, "properties": ",".join(_PROPERTIES)}

    def ask(after: str) -> tuple[list[_DeletedDeal], str | None]:
        own = parameters | ({"after": after} if after else {})
        page = read_as(_Deleted, api.get(path, own))
        return page.results, page.paging.next.after if page.paging and page.paging.next else None

    for each in read_pages("", ask, lambda each: each.id):
        if each.archived_at >= since:
            deal = Found(id=each.id, properties=each.properties, archived=True)
            yield _to_row(account, deal, "")


def _to_row(account: Account, deal: Found, customer: str) -> OrderRow:
    values = deal.properties
    is_won = values.get("hs_is_closed_won") == "true" and not deal.archived
    changed = read_as(datetime, values.get("hs_lastmodifieddate"))
    closed = values.get("closedate") or values.get("createdate")
    micros = read_micros(values.get("amount_in_home_currency") or 0)
    return OrderRow(
        id=deal.id,
        number=deal.id,
        at=read_as(datetime, closed) if closed else changed,
        updated_at=changed,
        currency=account.currency,
        revenue_micros=micros,
        gross_micros=micros,
        customer=customer,
        channel=(values.get("hs_analytics_source") or "").lower(),
        is_gone=not is_won,
    )


def _find_customers(api: Api, deals: Sequence[str]) -> dict[str, str]:
    """Return whose each deal is: the e-mail address of its first contact, else the contact's id."""
    version = api.configuration.api_version
    path = f"/crm/associations/{version}/deals/contacts/batch/read"
    body = {"inputs": [{"id": deal} for deal in deals]}
    answer = read_as(_Associations, api.post(path, body, is_read=True))
    contacts: dict[str, str] = {}
    for each in answer.results:
        if each.to:
            contacts[each.deal.id] = str(min(contact.to_object_id for contact in each.to))
    emails = dict(_read_emails(api, sorted({*contacts.values()})))
    return {deal: emails.get(contact) or contact for deal, contact in contacts.items()}


def _read_emails(api: Api, contacts: Sequence[str]) -> Iterable[tuple[str, str]]:
    path = f"/crm/objects/{api.configuration.api_version}/contacts/batch/read"
    for start in range(0, len(contacts), _BATCH):
        inputs = [{"id": contact} for contact in contacts[start : start + _BATCH]]
        body = {"inputs": inputs, "properties": ["email"]}
        for contact in read_as(_Contacts, api.post(path, body, is_read=True)).results:
            yield contact.id, contact.properties.get("email") or ""


def _closed_between(account: Account, first: date, last: date) -> Filter:
    """Return the filter of days of the account's zone, both included."""
    zone = ZoneInfo(account.timezone)
    begin = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    return {
        **_filter("closedate", "BETWEEN", begin),
        "highValue": str(_milliseconds(end) - 1),
    }


def _filter(name: str, operator: str, moment: datetime) -> Filter:
    return {"propertyName": name, "operator": operator, "value": str(_milliseconds(moment))}


def _milliseconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)
