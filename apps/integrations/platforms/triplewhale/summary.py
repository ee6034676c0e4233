"""The numbers of a shop's summary page, a day at a time: it sums up whatever period it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import MalformedError, RequestRefusedError
from apps.integrations.platforms.rows import Account, MetricRow, Slice
from apps.integrations.platforms.shapes import read_as, read_micros
from apps.integrations.platforms.triplewhale.answers import find_shop
from omnify.services.messages import Message

#: Our measures by the ids of the page's tiles: sales after refunds, and spend of all ad platforms.
MEASURES: Final = {"netSales": "revenue", "orders": "orders", "blendedAds": "spend"}
#: The hour of a day that is over; hours are counted from one.
_WHOLE_DAY: Final = 25
_CHANNEL: Final = "triplewhale"


class _Values(Message):
    current: float | str | None = None


class _Tile(Message):
    id: str = ""
    values: _Values = _Values()


class _Page(Message):
    metrics: list[_Tile]


def read_rows(api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
    """Yield the shop's numbers per day.

    Raises:
        RequestRefusedError: nothing says what money they are.
    """
    if not account.currency:
        words = "Triple Whale has no order of this shop yet, by which its currency would be known."
        raise RequestRefusedError(words, code="currency_unknown")
    today = api.now.date()
    for number in range(wanted.days):
        day = wanted.first + timedelta(days=number)
        yield MetricRow(
            level=wanted.level,
            date=day,
            entity_id="",
            channel=_CHANNEL,
            currency=account.currency,
            micros=_read_day(api, day),
            is_provisional=day >= today,
        )


def ask_page(api: Api, first: date, last: date) -> Any:
    """Return the summary page of a period as Triple Whale gives it."""
    is_over = last < api.now.date()
    body = {
        "shopDomain": find_shop(api),
        "period": {"start": first.isoformat(), "end": last.isoformat()},
        "todayHour": _WHOLE_DAY if is_over else api.now.hour + 1,
    }
    return api.post("/api/v2/summary-page/get-data", body, is_read=True)


def _read_day(api: Api, day: date) -> dict[str, int]:
    """Return the measures that the page has; one that it lacks is unknown, and no nought."""
    page = read_as(_Page, ask_page(api, day, day))
    micros = {
        MEASURES[tile.id]: read_micros(tile.values.current)
        for tile in page.metrics
        if tile.id in MEASURES and tile.values.current is not None
    }
    if not micros:
        raise MalformedError("Triple Whale's summary page has none of the tiles that are read.")
    return micros
