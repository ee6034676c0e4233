"""Klaviyo's campaigns, flows and what they brought, for whoever asks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from apps.integrations.platforms.klaviyo.answers import CursorRefusedError, read_page
from apps.integrations.platforms.klaviyo.reports import read_rows
from apps.integrations.platforms.lookups import LookedUp, LookupRow, Wanted, to_values
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import RequestRefusedError
from apps.integrations.platforms.rows import Account, MetricRow, Slice
from omnify.money import format_count, from_micros

_CAMPAIGN: Final = ("status", "archived", "send_time", "scheduled_at", "created_at")
_FLOW: Final = ("status", "archived", "trigger_type", "created", "updated")


def list_campaigns(api: Api, wanted: Wanted) -> LookedUp:
    """Return a page of the campaigns of one channel."""
    own = {"filter": f'equals(messages.channel,"{wanted.channel}")'}
    return _list(api, "/api/campaigns", wanted, own, _CAMPAIGN)


def list_flows(api: Api, wanted: Wanted) -> LookedUp:
    """Return a page of flows."""
    return _list(api, "/api/flows", wanted, {}, _FLOW)


def sum_reports(api: Api, account: Account, wanted: Wanted) -> LookedUp:
    """Return what campaigns and flows of days brought; it costs two of an account's reports."""
    days = Slice(stream="metrics", level="campaign", first=wanted.first, last=wanted.last)
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    latest: dict[str, MetricRow] = {}
    for row in read_rows(api, account, days):
        latest[row.entity_id] = row
        for measure, micros in row.micros.items():
            sums[row.entity_id][measure] += micros
    rows = (
        LookupRow(
            id=row.campaign_id,
            name=row.campaign,
            values={
                **{name: format_count(from_micros(each)) for name, each in sums[key].items()},
                "channel": row.channel,
                "currency": row.currency,
            },
        )
        for key, row in sorted(latest.items())
    )
    return LookedUp(results=tuple(rows))


def _list(
    api: Api, path: str, wanted: Wanted, own: dict[str, Any], fields: tuple[str, ...]
) -> LookedUp:
    size = {"page[size]": wanted.limit}
    mark = {"page[cursor]": wanted.after} if wanted.after else {}
    try:
        resources, following = read_page(api, path, own | size | mark)
    except CursorRefusedError as error:
        raise RequestRefusedError(error.words, request_id=error.request_id) from error
    rows = (
        LookupRow(
            id=each.id,
            name=str(each.attributes.get("name") or ""),
            values=to_values({name: each.attributes.get(name) for name in fields}),
        )
        for each in resources
    )
    query = parse_qs(urlsplit(following or "").query)
    return LookedUp(results=tuple(rows), next=query.get("page[cursor]", [None])[0])
