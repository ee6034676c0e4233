"""An advertiser's daily numbers: what is asked, and what its rows say.

What was deleted has cost money too, and comes only if it is asked for by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import IncompleteError, MalformedError
from apps.integrations.platforms.rows import Account, MetricRow, Slice, Total
from apps.integrations.platforms.shapes import read_micros
from apps.integrations.platforms.tiktok_ads.asking import PAGE, PageInfo, ask

#: Per level what TikTok calls it, its dimension, what is told besides, and the filter of status.
_LEVELS: Final[dict[str, tuple[str, str, tuple[str, ...], str]]] = {
    "account": ("AUCTION_ADVERTISER", "advertiser_id", (), ""),
    "campaign": ("AUCTION_CAMPAIGN", "campaign_id", ("campaign_name",), "campaign_status"),
    "ad": ("AUCTION_AD", "ad_id", ("campaign_id", "campaign_name", "ad_name"), "ad_status"),
}
#: What counts as a conversion, and its value, which TikTok calls a rate.
_CONVERSIONS: Final = {
    "": ("complete_payment", "total_complete_payment_rate"),
    "complete_payment": ("complete_payment", "total_complete_payment_rate"),
    "total_purchase": ("total_purchase", "total_purchase_value"),
}
_CHANNEL: Final = "tiktok"
#: What TikTok writes where it has no number.
_NOTHING: Final = "-"


class _Row(msgspec.Struct):
    dimensions: dict[str, str]
    metrics: dict[str, str | int | float]


class _Page(msgspec.Struct):
    page_info: PageInfo
    list: tuple[_Row, ...] = ()


def read(api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
    """Yield a slice's rows; they are as many as TikTok counts.

    Raises:
        IncompleteError: they are not.
    """
    today = api.now.astimezone(ZoneInfo(account.timezone)).date()
    metrics = _choose_metrics(wanted.measure)
    count, total = 0, 0

    def ask_page(number: int) -> tuple[tuple[_Row, ...], int | None]:
        nonlocal total
        page = ask(api, "report/integrated/get", _ask_for(account, wanted, number), _Page)
        total = page.page_info.total_number
        return page.list, number + 1 if number < page.page_info.total_page else None

    for row in read_pages(1, ask_page, lambda row: tuple(sorted(row.dimensions.items()))):
        count += 1
        yield _to_metric(row, wanted.level, account, metrics, today)
    if count != total:
        words = f"TikTok counts {total:,} rows and gave {count:,}."
        raise IncompleteError(words, may_halve=True)


def read_totals(api: Api, account: Account, wanted: Slice) -> Iterator[Total]:
    """Yield the advertiser's own sums per day."""
    own = msgspec.structs.replace(wanted, level="account", part="")
    for row in read(api, account, own):
        for measure, micros in row.micros.items():
            yield Total(date=row.date, measure=measure, micros=micros)


def _ask_for(account: Account, wanted: Slice, page: int) -> dict[str, Any]:
    level, dimension, named, status = _LEVELS[wanted.level]
    parameters = {
        "advertiser_id": account.id,
        "service_type": "AUCTION",
        "report_type": "BASIC",
        "data_level": level,
        "dimensions": (dimension, "stat_time_day"),
        "metrics": (*_choose_metrics(wanted.measure).values(), *named),
        "start_date": wanted.first.isoformat(),
        "end_date": wanted.last.isoformat(),
        "page": page,
        "page_size": PAGE,
    }
    if status:
        every = {"field_name": status, "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}
        parameters["filtering"] = (every,)
    return parameters


def _choose_metrics(measure: str) -> dict[str, str]:
    """Return TikTok's name of each measure."""
    conversions, value = _CONVERSIONS.get(measure, _CONVERSIONS[""])
    return {
        "spend": "spend",
        "impressions": "impressions",
        "clicks": "clicks",
        "conversions": conversions,
        "attributed_revenue": value,
        "reach": "reach",
    }


def _to_metric(
    row: _Row, level: str, account: Account, metrics: dict[str, str], today: date
) -> MetricRow:
    _, dimension, _, _ = _LEVELS[level]
    try:
        # A day comes with a time of midnight.
        day = date.fromisoformat(row.dimensions["stat_time_day"][:10])
        entity = row.dimensions[dimension]
    except (KeyError, ValueError):
        raise MalformedError("TikTok's answer has a row that says not what it is of.") from None
    campaign_id = entity if level == "campaign" else _read_text(row, "campaign_id")
    return MetricRow(
        level=level,
        date=day,
        entity_id="" if level == "account" else entity,
        channel=_CHANNEL,
        currency=account.currency,
        micros={
            measure: read_micros(row.metrics[name])
            for measure, name in metrics.items()
            if row.metrics.get(name, _NOTHING) != _NOTHING
        },
        campaign_id=campaign_id,
        campaign=_read_text(row, "campaign_name") or campaign_id,
        ad=_read_text(row, "ad_name") or (entity if level == "ad" else ""),
        is_provisional=day >= today,
    )


def _read_text(row: _Row, name: str) -> str:
    return str(row.metrics.get(name, ""))
