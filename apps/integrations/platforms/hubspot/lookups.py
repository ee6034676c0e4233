"""HubSpot's contacts, campaigns, workflows and won deals, for whoever asks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from apps.integrations.platforms.hubspot.deals import read_orders
from apps.integrations.platforms.hubspot.searching import Found
from apps.integrations.platforms.lookups import LookedUp, LookupRow, Wanted, to_values
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import Account, Slice
from apps.integrations.platforms.shapes import read_as
from omnify.money import format_count, from_micros
from omnify.services.messages import Message

_CONTACT: Final = ("email", "firstname", "lastname", "lifecyclestage", "createdate")
_CAMPAIGN: Final = ("hs_name", "hs_campaign_status", "hs_start_date", "hs_end_date")


class _Mark(Message):
    after: str


class _Paging(Message):
    next: _Mark | None = None


class _Objects(Message):
    results: list[Found]
    paging: _Paging | None = None


class _Workflow(Message, rename="camel"):
    id: str
    name: str = ""
    is_enabled: bool | None = None
    type: str = ""


class _Workflows(Message):
    results: list[_Workflow]
    paging: _Paging | None = None


def list_contacts(api: Api, wanted: Wanted) -> LookedUp:
    """Return a page of contacts."""
    path = f"/crm/objects/{api.configuration.api_version}/contacts"
    answer = _read_objects(api, path, _CONTACT, wanted)
    rows = []
    for each in answer.results:
        names = (each.properties.get("firstname"), each.properties.get("lastname"))
        name = " ".join(filter(None, names))
        rows.append(LookupRow(id=each.id, name=name, values=to_values({**each.properties})))
    return LookedUp(results=tuple(rows), next=_find_next(answer.paging))


def list_campaigns(api: Api, wanted: Wanted) -> LookedUp:
    """Return a page of marketing campaigns."""
    path = f"/marketing/campaigns/{api.configuration.api_version}"
    answer = _read_objects(api, path, _CAMPAIGN, wanted)
    rows = (
        LookupRow(
            id=each.id,
            name=each.properties.get("hs_name") or "",
            values=to_values({**each.properties}),
        )
        for each in answer.results
    )
    return LookedUp(results=tuple(rows), next=_find_next(answer.paging))


def list_workflows(api: Api, wanted: Wanted) -> LookedUp:
    """Return a page of workflows, whose API has no dated version (?)."""
    answer = read_as(_Workflows, api.get("/automation/v4/flows", _page(wanted)))
    rows = (
        LookupRow(
            id=each.id,
            name=each.name,
            values=to_values({"enabled": each.is_enabled, "type": each.type}),
        )
        for each in answer.results
    )
    return LookedUp(results=tuple(rows), next=_find_next(answer.paging))


def sum_deals(api: Api, account: Account, wanted: Wanted) -> LookedUp:
    """Return how many deals were won in days, and for how much, by the source of their customer."""
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, int] = defaultdict(int)
    days = Slice(stream="orders", level="", first=wanted.first, last=wanted.last)
    for order in read_orders(api, account, days):
        counts[order.channel] += 1
        sums[order.channel] += order.revenue_micros
    rows = (
        LookupRow(
            id=channel,
            name=channel,
            values={
                "orders": str(counts[channel]),
                "revenue": format_count(from_micros(sums[channel])),
                "currency": account.currency,
            },
        )
        for channel in sorted(counts)
    )
    return LookedUp(results=tuple(rows))


def _read_objects(api: Api, path: str, properties: tuple[str, ...], wanted: Wanted) -> _Objects:
    own = _page(wanted) | {"properties": ",".join(properties)}
    return read_as(_Objects, api.get(path, own))


def _page(wanted: Wanted) -> dict[str, Any]:
    return {"limit": wanted.limit} | ({"after": wanted.after} if wanted.after else {})


def _find_next(paging: _Paging | None) -> str | None:
    return paging.next.after if paging and paging.next else None
