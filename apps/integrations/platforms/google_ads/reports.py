"""A customer's daily numbers: the queries for them, and what their rows say.

No query filters by status: what was removed has spent money, and each part of a slice must hold
what the whole would. ``metrics.conversions`` are dated by the click, so a day's rise for weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from apps.integrations.platforms.google_ads.refusing import MetricsRefusedError
from apps.integrations.platforms.google_ads.searching import search
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import MalformedError
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.shapes import read_micros
from omnify.money import LARGEST_MICROS

_CAMPAIGN: Final = (
    *("campaign.id", "campaign.name", "campaign.status", "campaign.advertising_channel_type"),
)
_AD: Final = (
    *(*_CAMPAIGN, "ad_group.id", "ad_group.name"),
    *("ad_group_ad.ad.id", "ad_group_ad.ad.name", "ad_group_ad.status"),
)
#: What is asked per level: the resource and its fields.
_RESOURCES: Final = {
    "account": ("customer", ()),
    "campaign": ("campaign", _CAMPAIGN),
    "ad": ("ad_group_ad", _AD),
}
#: What counts as a conversion: Google's choice, or a connection's.
_CONVERSIONS: Final = {
    "": ("conversions", "conversions_value"),
    "conversions": ("conversions", "conversions_value"),
    "all_conversions": ("all_conversions", "all_conversions_value"),
}
#: As it is asked, and as rows have it.
_COST, _COST_IN_ROWS = "cost_micros", "costMicros"
_CHANNELS: Final = {
    "SEARCH": "google search",
    "SHOPPING": "google shopping",
    "PERFORMANCE_MAX": "pmax",
    "VIDEO": "youtube",
    "DISPLAY": "display",
    "DEMAND_GEN": "demand gen",
    "MULTI_CHANNEL": "google apps",
    "HOTEL": "google hotels",
    "TRAVEL": "google travel",
    "LOCAL": "google local",
    "LOCAL_SERVICES": "google local services",
    "SMART": "google smart",
}
#: Of what Google puts no channel to, or one that came after this was written.
_UNKNOWN_CHANNEL: Final = "google"


class _Part(msgspec.Struct, gc=False):
    """A part of an answer, of which there are thousands at once; none is in a cycle."""


class _Segments(_Part):
    date: date


class _Campaign(_Part, rename="camel"):
    id: str = ""
    name: str = ""
    status: str = ""
    advertising_channel_type: str = ""


class _AdGroup(_Part):
    id: str = ""
    name: str = ""


class _Ad(_Part):
    id: str = ""
    name: str = ""


class _AdGroupAd(_Part):
    ad: _Ad = msgspec.field(default_factory=_Ad)
    status: str = ""


class _Row(_Part, rename="camel"):
    segments: _Segments
    metrics: dict[str, str | int | float]
    campaign: _Campaign = msgspec.field(default_factory=_Campaign)
    ad_group: _AdGroup = msgspec.field(default_factory=_AdGroup)
    ad_group_ad: _AdGroupAd = msgspec.field(default_factory=_AdGroupAd)


class _CampaignRow(msgspec.Struct):
    campaign: _Campaign


class Reports:
    """The numbers of campaigns of some types, by default of all.

    Args:
        types: Google's ``AdvertisingChannelType``s; empty for all.
    """

    def __init__(self, types: tuple[str, ...] = ()) -> None:
        self._types = types

    def read(self, api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
        """Yield a slice's rows; a metric that Google has not at the level is unknown in all.

        Raises:
            PlatformError: they are not all.
        """
        metrics = _choose_metrics(wanted.measure)
        reasons: dict[str, str] = {}
        today = api.now.astimezone(ZoneInfo(account.timezone)).date()
        while True:
            try:
                names = {each: _camel(name) for each, name in metrics.items()}
                for row in self._ask(api, account, wanted, metrics.values()):
                    yield _to_metric(row, wanted.level, account, (names, reasons), today)
            except MetricsRefusedError as refusal:
                refused = {each for each, name in metrics.items() if name in refusal.metrics}
                if not refused or len(refused) == len(metrics):
                    raise
                reasons |= dict.fromkeys(refused, refusal.code)
                metrics = {each: name for each, name in metrics.items() if each not in refused}
            else:
                return

    def read_totals(self, api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
        """Yield the customer's own sums per day; there are none of some types of campaigns."""
        if self._types:
            return
        own = msgspec.structs.replace(wanted, level="account", part="")
        for row in self.read(api, account, own):
            for measure, micros in row.micros.items():
                yield Total(date=row.date, measure=measure, micros=micros)

    def split(self, api: Api, account: Account, wanted: Slice) -> tuple[Slice, ...]:
        """Return the halves of a slice by ids of campaigns; () where one campaign is all of it."""
        if wanted.level == "account":
            return ()
        query = _write_query(("campaign.id",), "campaign", self._conditions(wanted.part))
        ids = sorted(int(row.campaign.id) for row in search(api, account, query, _CampaignRow))
        if len(ids) < 2:  # noqa: PLR2004 - one cannot be halved
            return ()
        lower, _, upper = wanted.part.partition(":")
        middle = ids[len(ids) // 2]
        # Ranges, not lists: a campaign that no list shows is in one of them.
        parts = (f"{lower}:{middle}", f"{middle}:{upper}")
        return tuple(msgspec.structs.replace(wanted, part=part) for part in parts)

    def _ask(
        self, api: Api, account: Account, wanted: Slice, metrics: Iterable[str]
    ) -> Iterator[_Row]:
        resource, fields = _RESOURCES[wanted.level]
        selected = ("segments.date", *fields, *(f"metrics.{name}" for name in metrics))
        days = f"segments.date BETWEEN '{wanted.first}' AND '{wanted.last}'"
        query = _write_query(selected, resource, [days, *self._conditions(wanted.part)])
        return search(api, account, query, _Row)

    def _conditions(self, part: str) -> list[str]:
        lower, _, upper = part.partition(":")
        types = ", ".join(f"'{each}'" for each in self._types)
        conditions = (
            types and f"campaign.advertising_channel_type IN ({types})",
            lower and f"campaign.id >= {int(lower)}",
            upper and f"campaign.id < {int(upper)}",
        )
        return [each for each in conditions if each]


def _choose_metrics(measure: str) -> dict[str, str]:
    """Return Google's name of each measure."""
    conversions, value = _CONVERSIONS.get(measure, _CONVERSIONS[""])
    return {
        "spend": _COST,
        "impressions": "impressions",
        "clicks": "clicks",
        "conversions": conversions,
        "attributed_revenue": value,
    }


def _to_metric(
    row: _Row,
    level: str,
    account: Account,
    known: tuple[Mapping[str, str], Mapping[str, str]],
    today: date,
) -> MetricRow:
    names, reasons = known
    micros = {
        measure: _read_metric(name, row.metrics[name])
        for measure, name in names.items()
        if name in row.metrics
    }
    channel = _CHANNELS.get(row.campaign.advertising_channel_type, _UNKNOWN_CHANNEL)
    return MetricRow(
        level=level,
        date=row.segments.date,
        entity_id=_find_entity(row, level),
        channel=channel,
        currency=account.currency,
        micros=micros,
        campaign_id=row.campaign.id,
        campaign=row.campaign.name,
        ad=row.ad_group_ad.ad.name or row.ad_group_ad.ad.id,
        ad_group_id=row.ad_group.id,
        ad_group=row.ad_group.name,
        status=row.ad_group_ad.status if level == "ad" else row.campaign.status,
        channel_type=row.campaign.advertising_channel_type,
        is_provisional=row.segments.date >= today,
        reasons=dict(reasons),
    )


def _find_entity(row: _Row, level: str) -> str:
    """Return the id of what a row is of; an ad's is unique in its group alone."""
    ids = {
        "account": "",
        "campaign": row.campaign.id,
        "ad": f"{row.ad_group.id}~{row.ad_group_ad.ad.id}",
    }
    if level != "account" and not ids[level].strip("~"):
        raise MalformedError("Google's answer has a row that says not what it is of.")
    return ids[level]


def _read_metric(name: str, value: str | float) -> int:
    """Return a metric in millionths, which cost is in already."""
    if name != _COST_IN_ROWS:
        return read_micros(value)
    try:
        micros = int(value)
    except ValueError:
        raise MalformedError("Google's answer has a cost that is no whole number.") from None
    if abs(micros) > LARGEST_MICROS:
        raise MalformedError("Google's answer has a cost that is too large to be true.")
    return micros


def _write_query(fields: tuple[str, ...], resource: str, conditions: list[str]) -> str:
    words = ("SELECT", ", ".join(fields), "FROM", resource)
    return " ".join((*words, *(("WHERE", " AND ".join(conditions)) if conditions else ())))


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)
