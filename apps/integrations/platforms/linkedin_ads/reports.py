"""An account's daily numbers: what is asked, and what its rows say. Days are those of UTC.

Answers have no pages: from a number of rows on they are cut without a word. Where nothing comes,
nothing was shown, or the person has no role any more; only the list of roles tells which.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from typing import Any, Final

import msgspec

from apps.integrations.platforms.linkedin_ads.accounts import (
    list_campaigns,
    list_roles,
    name_campaigns,
)
from apps.integrations.platforms.linkedin_ads.asking import (
    read_id,
    write_days,
    write_list,
    write_query,
    write_urn,
)
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    IncompleteError,
    MalformedError,
)
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.shapes import read_as, read_micros

#: The most rows of an answer (?): one with so many is taken for cut.
MOST_ROWS: Final = 15_000
#: Campaigns of one part, so that its address stays short.
_PART: Final = 50
#: How each level is asked for; of an ad, its campaign is asked too.
_PIVOTS: Final = {
    "account": {"q": "analytics", "pivot": "ACCOUNT"},
    "campaign": {"q": "analytics", "pivot": "CAMPAIGN"},
    "ad": {"q": "statistics", "pivots": "List(CAMPAIGN,CREATIVE)"},
}
#: What a connection may call a conversion; by default the first.
_CONVERSIONS: Final = (
    "externalWebsiteConversions",
    "externalWebsitePostClickConversions",
    "externalWebsitePostViewConversions",
)
_CHANNEL: Final = "linkedin"


class _Day(msgspec.Struct):
    year: int
    month: int
    day: int


class _Days(msgspec.Struct):
    start: _Day


class _Row(msgspec.Struct, rename="camel"):
    date_range: _Days
    pivot_values: tuple[str, ...]


class _Answer(msgspec.Struct):
    elements: tuple[dict[str, Any], ...]


def read(api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
    """Yield a slice's rows.

    Raises:
        IncompleteError: the answer is cut.
        AccessLostError: it is empty since the person has no role in the account.
    """
    metrics = _choose_metrics(wanted.measure)
    elements = read_as(_Answer, api.get(_write_address(account, wanted, metrics))).elements
    if len(elements) >= MOST_ROWS:
        words = f"LinkedIn cuts answers at {MOST_ROWS:,} rows, and this one has so many."
        raise IncompleteError(words, may_halve=True)
    if not elements:
        if account.id not in list_roles(api):
            raise AccessLostError("LinkedIn names no role of this login in the ad account.")
        return
    names = {} if wanted.level == "account" else name_campaigns(api, account)
    today = api.now.astimezone(UTC).date()
    for element in elements:
        yield _to_metric(element, wanted.level, account, (metrics, names), today)


def read_totals(api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
    """Yield the account's own sums per day."""
    own = msgspec.structs.replace(wanted, level="account", part="")
    for row in read(api, account, own):
        for measure, micros in row.micros.items():
            yield Total(date=row.date, measure=measure, micros=micros)


def split(api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
    """Return parts of a slice by campaigns; () where one campaign is all of it."""
    if wanted.level == "account":
        return ()
    ids = wanted.part.split(",") if wanted.part else sorted(list_campaigns(api, account), key=int)
    size = min(_PART, -(-len(ids) // 2))
    if len(ids) < 2:  # noqa: PLR2004 - one cannot be halved
        return ()
    parts = [",".join(ids[at : at + size]) for at in range(0, len(ids), size)]
    return tuple(msgspec.structs.replace(wanted, part=part) for part in parts)


def _choose_metrics(measure: str) -> dict[str, str]:
    """Return LinkedIn's name of each measure."""
    return {
        "spend": "costInLocalCurrency",
        "impressions": "impressions",
        "clicks": "clicks",
        "conversions": measure if measure in _CONVERSIONS else _CONVERSIONS[0],
        "attributed_revenue": "conversionValueInLocalCurrency",
    }


def _write_address(account: Account, wanted: Slice, metrics: dict[str, str]) -> str:
    campaigns = [write_urn("sponsoredCampaign", each) for each in wanted.part.split(",") if each]
    parameters = {
        **_PIVOTS[wanted.level],
        "timeGranularity": "DAILY",
        "dateRange": write_days(wanted.first, wanted.last),
        "accounts": write_list([write_urn("sponsoredAccount", account.id)]),
        **({"campaigns": write_list(campaigns)} if campaigns else {}),
        "fields": ",".join(("dateRange", "pivotValues", *metrics.values())),
    }
    return write_query("adAnalytics", parameters)


def _to_metric(
    element: dict[str, Any],
    level: str,
    account: Account,
    known: tuple[dict[str, str], dict[str, str]],
    today: date,
) -> MetricRow:
    metrics, names = known
    row = read_as(_Row, element)
    start, ids = row.date_range.start, [read_id(urn) for urn in row.pivot_values]
    try:
        day = date(start.year, start.month, start.day)
        campaign_id, entity = {
            "account": ("", ""),
            "campaign": (ids[0], ids[0]),
            "ad": (ids[0], ids[-1]),
        }[level]
    except (ValueError, IndexError):
        raise MalformedError("LinkedIn's answer has a row that says not what it is of.") from None
    return MetricRow(
        level=level,
        date=day,
        entity_id=entity,
        channel=_CHANNEL,
        currency=account.currency,
        micros={
            measure: read_micros(element[name])
            for measure, name in metrics.items()
            if element.get(name) is not None
        },
        campaign_id=campaign_id,
        campaign=names.get(campaign_id) or campaign_id,
        ad=entity if level == "ad" else "",
        is_provisional=day >= today,
    )
