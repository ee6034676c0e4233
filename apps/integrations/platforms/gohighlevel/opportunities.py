"""Opportunities as orders: one that is won is an order, on the day when it was won.

GoHighLevel finds opportunities by the day when they were added alone. So the list is read whole,
oldest first, in which order nothing moves to another page, and what is not wanted is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import IncompleteError, RequestRefusedError
from apps.integrations.platforms.rows import Account, OrderRow, Slice
from apps.integrations.platforms.shapes import read_as, read_micros
from omnify.services.messages import Message

PAGE: Final = 100
_WON: Final = "won"
_LONGEST_CHANNEL: Final = 64
#: Changes are listed some time after they were made.
_OVERLAP: Final = timedelta(minutes=10)


class _Contact(Message):
    email: str | None = None


class _Opportunity(Message, rename="camel"):
    id: str
    status: str
    created_at: datetime
    updated_at: datetime
    last_status_change_at: datetime | None = None
    monetary_value: float | str | None = None
    source: str | None = None
    contact_id: str | None = None
    contact: _Contact | None = None


class _Meta(Message, rename="camel"):
    total: int
    start_after: float | str | None = None
    start_after_id: str | None = None


class _Answer(Message):
    opportunities: list[_Opportunity]
    meta: _Meta


class _Mark(NamedTuple):
    """Where a page begins; with one of the two alone the same page comes back."""

    moment: str = ""
    id: str = ""


def read_orders(api: Api, account: Account, wanted: Slice) -> Iterator[OrderRow]:
    """Yield opportunities that were won in days, or all that changed since a moment.

    Raises:
        RequestRefusedError: GoHighLevel does not say what money their values are.
        IncompleteError: it gave fewer than it says that there are.
    """
    if not account.currency:
        words = "GoHighLevel does not say the sub-account's currency; set it in its profile."
        raise RequestRefusedError(words, code="currency_unknown")
    status, is_wanted = _choose(account, wanted)
    for each in _read_all(api, account.id, status):
        if is_wanted(each):
            yield _to_row(account, each)


def _choose(account: Account, wanted: Slice) -> tuple[str, Callable[[_Opportunity], bool]]:
    """Return the status that is asked for, and which of what comes is wanted."""
    if wanted.since is not None:
        since = wanted.since - _OVERLAP
        return "all", lambda each: each.updated_at >= since
    zone = ZoneInfo(account.timezone)
    first, last = wanted.first, wanted.last
    return _WON, lambda each: first <= _won_at(each).astimezone(zone).date() <= last


def _read_all(api: Api, location: str, status: str) -> Iterator[_Opportunity]:
    totals: list[int] = []
    parameters = {
        "location_id": location,
        "status": status,
        "limit": PAGE,
        "order": "added_asc",
    }

    def ask(mark: _Mark) -> tuple[list[_Opportunity], _Mark | None]:
        own: dict[str, Any] = (
            {"startAfter": mark.moment, "startAfterId": mark.id} if mark.id else {}
        )
        answer = read_as(_Answer, api.get("/opportunities/search", parameters | own))
        totals.append(answer.meta.total)
        return answer.opportunities, _find_next(answer)

    count = 0
    for each in read_pages(_Mark(), ask, lambda each: each.id):
        count += 1
        yield each
    if count < totals[0]:
        words = f"GoHighLevel has {totals[0]:,} opportunities and gave {count:,} of them."
        raise IncompleteError(words)


def _find_next(answer: _Answer) -> _Mark | None:
    meta = answer.meta
    if len(answer.opportunities) < PAGE or meta.start_after is None or not meta.start_after_id:
        return None
    moment = meta.start_after
    text = moment if isinstance(moment, str) else f"{moment:.0f}"
    return _Mark(text, meta.start_after_id)


def _won_at(each: _Opportunity) -> datetime:
    return each.last_status_change_at or each.created_at


def _to_row(account: Account, each: _Opportunity) -> OrderRow:
    micros = read_micros(each.monetary_value or 0)
    email = each.contact.email if each.contact else None
    return OrderRow(
        id=each.id,
        number=each.id,
        at=_won_at(each),
        updated_at=each.updated_at,
        currency=account.currency,
        revenue_micros=micros,
        gross_micros=micros,
        customer=email or each.contact_id or "",
        channel=(each.source or "").strip().lower()[:_LONGEST_CHANNEL],
        is_gone=each.status != _WON,
    )
