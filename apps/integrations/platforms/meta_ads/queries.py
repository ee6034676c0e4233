"""Ask for insights: what is asked, and how an answer of any length is fetched.

A report is made in Meta's own time and read when it is whole; a single day of an account, which is
one row, is asked for directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec

from apps.integrations.platforms.meta_ads.errors import Report, refuse_report
from apps.integrations.platforms.meta_ads.lists import read_list
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import (
    MalformedError,
    RequestRefusedError,
    TooMuchError,
)
from apps.integrations.platforms.rows import Account, Slice
from apps.integrations.platforms.shapes import read_as
from omnify.services.messages import Message

#: The attribution of conversions unless a person chose another.
WINDOWS: Final = ("7d_click", "1d_view")
#: By what a window is of: windows of one kind hold each other, so that sums would count twice.
_KINDS: Final = {
    "1d_click": "click",
    "7d_click": "click",
    "28d_click": "click",
    "1d_view": "view",
    "1d_ev": "engaged view",
}
_ENTITIES: Final = {
    "account": (),
    "campaign": ("campaign_id", "campaign_name"),
    "ad": ("campaign_id", "campaign_name", "ad_id", "ad_name"),
}
NUMBERS: Final = ("spend", "impressions", "clicks", "reach", "actions", "action_values")
#: All statuses: without them, what was deleted or archived is left out of campaigns and ads.
_STATUSES: Final = {
    "campaign": ("ACTIVE", "PAUSED", "DELETED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"),
    "ad": (
        "ACTIVE",
        "PAUSED",
        "DELETED",
        "PENDING_REVIEW",
        "DISAPPROVED",
        "PREAPPROVED",
        "PENDING_BILLING_INFO",
        "CAMPAIGN_PAUSED",
        "ARCHIVED",
        "ADSET_PAUSED",
        "IN_PROCESS",
        "WITH_ISSUES",
    ),
}
_PAGE: Final = 500
#: Seconds: the first and the longest pause between looks at a report, and when it is too much.
_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 30.0
_PATIENCE: Final = 900.0
_WHOLE: Final = 100


def find_windows(text: str) -> tuple[str, ...]:
    """Return the attribution windows of a text such as ``7d_click,1d_view``.

    Raises:
        RequestRefusedError: Meta has no such window, or two hold each other.
    """
    windows = tuple(filter(None, (each.strip() for each in text.split(",")))) or WINDOWS
    unknown = [each for each in windows if each not in _KINDS]
    if unknown:
        known = ", ".join(_KINDS)
        raise RequestRefusedError(
            f"Meta has no attribution window {unknown[0][:40]}: choose of {known}."
        )
    if len({_KINDS[each] for each in windows}) < len(windows):
        raise RequestRefusedError(
            f"Of the attribution windows {', '.join(windows)} one holds another: choose one each."
        )
    return windows


def build_query(
    wanted: Slice, windows: tuple[str, ...], *, numbers: tuple[str, ...] = NUMBERS
) -> dict[str, str]:
    """Return the parameters that ask for a slice's rows, one for each day and entity."""
    days = {"since": wanted.first.isoformat(), "until": wanted.last.isoformat()}
    query = {
        "level": wanted.level,
        "fields": ",".join((*_ENTITIES[wanted.level], "account_currency", *numbers)),
        "time_range": _encode(days),
        "time_increment": "1",
        "action_attribution_windows": _encode(windows),
        # A conversion is of the day on which the ad was seen, as Ads Manager has it.
        "action_report_time": "impression",
    }
    if filters := _find_filters(wanted):
        query["filtering"] = _encode(filters)
    return query


def _find_filters(wanted: Slice) -> list[dict[str, Any]]:
    """Return the filters of a slice: those of its parts are those of the whole, and one more."""
    filters: list[dict[str, Any]] = []
    if wanted.level in _STATUSES:
        field = f"{wanted.level}.effective_status"
        filters.append(_one_of(field, _STATUSES[wanted.level]))
    if wanted.part:
        kind, _, ids = wanted.part.partition(":")
        filters.append(_one_of(f"{kind}.id", ids.split(",")))
    return filters


def _one_of(field: str, values: Any) -> dict[str, Any]:
    return {"field": field, "operator": "IN", "value": list(values)}


#: Meta gives numbers as texts, most of the time.
Number = str | int | float


class InsightsRow(Message):
    """A row; what was not asked for, or did not happen, is left out."""

    account_currency: str
    date_start: date
    date_stop: date
    campaign_id: str = ""
    campaign_name: str = ""
    ad_id: str = ""
    ad_name: str = ""
    spend: Number | None = None
    impressions: Number | None = None
    clicks: Number | None = None
    reach: Number | None = None
    actions: tuple[dict[str, Number], ...] = ()
    action_values: tuple[dict[str, Number], ...] = ()

    def find_id(self, level: str) -> str:
        """Return the id of what a row of a level is of; empty for the account.

        Raises:
            MalformedError: it has none.
        """
        if level == "account":
            return ""
        found = {"campaign": self.campaign_id, "ad": self.ad_id}[level]
        if not found:
            raise MalformedError(f"Meta gave a row without the id of its {level}.")
        return found


class _Started(Message):
    report_run_id: str


def ask(api: Api, account: Account, query: dict[str, str], wanted: Slice) -> Iterator[InsightsRow]:
    """Yield the rows that answer a slice's query.

    Raises:
        TooMuchError, IncompleteError: Meta does not make a report of so much.
        PaginationLoopError: a page came twice.
    """
    version, level = api.configuration.api_version, wanted.level
    own = f"/{version}/act_{account.id}/insights"
    if level == "account" and wanted.days == 1:
        path, asked = own, {**query, "limit": _PAGE}
    else:
        report = f"/{version}/{read_as(_Started, api.post(own, query, is_read=True)).report_run_id}"
        _wait_for(api, report)
        path, asked = f"{report}/insights", {"limit": _PAGE}
    yield from read_list(
        api, path, asked, InsightsRow, lambda row: (row.date_start, row.find_id(level))
    )


def _wait_for(api: Api, path: str) -> None:
    """Wait until a report is whole.

    Raises:
        TooMuchError: it is not, after a quarter of an hour.
    """
    waited, pause = 0.0, _FIRST_PAUSE
    while not _is_whole(api, path):
        if waited >= _PATIENCE:
            raise TooMuchError("Meta did not finish a report within a quarter of an hour.")
        api.wait(pause)
        waited, pause = waited + pause, min(pause * 1.5, _LONGEST_PAUSE)


def _is_whole(api: Api, path: str) -> bool:
    report = read_as(Report, api.get(path))
    if report.async_status in ("Job Failed", "Job Skipped"):
        raise refuse_report(report, api.now)
    # A report can be called complete before all of it can be read.
    return report.async_status == "Job Completed" and report.async_percent_completion == _WHOLE


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()
