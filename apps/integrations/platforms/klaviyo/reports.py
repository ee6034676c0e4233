"""Numbers of campaigns and flows, from two reports for a slice of any length.

Klaviyo counts what a message brought on the day when it was sent. Of flows there is a report by
days; a campaign has one day, that on which it was begun to be sent, so that one report of a whole
slice is enough. Reports are dear: 225 a day for each account.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from apps.integrations.platforms.klaviyo.answers import read_list
from apps.integrations.platforms.paging import read_pages
from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import IncompleteError, MalformedError
from apps.integrations.platforms.rows import Account, MetricRow, Slice
from apps.integrations.platforms.shapes import read_as, read_micros
from omnify.services.messages import Message

#: Our measures by what they are called in reports. A message that arrived was shown.
STATISTICS: Final = {"delivered": "impressions", "clicks": "clicks"}
#: And those that follow from what counts as a conversion.
CONVERSIONS: Final = {"conversions": "conversions", "conversion_value": "attributed_revenue"}
#: The event that is a purchase, whatever shop sends it.
_PURCHASE: Final = "Placed Order"
#: A campaign that is sent by the recipients' time zones, or slowly, ends days after it began.
_LONGEST_SENDING: Final = timedelta(days=3)
#: The most ids of a filter.
_MOST_IDS: Final = 100
#: What lists call a channel that reports call otherwise.
_CHANNELS_OF_LISTS: Final = {"push-notification": "mobile_push"}


class _Result(Message):
    groupings: dict[str, Any]
    statistics: dict[str, Any]


class _Attributes(Message):
    results: list[_Result]
    date_times: list[datetime] = []  # noqa: RUF012 - msgspec copies it for each instance


class _Report(Message):
    attributes: _Attributes


class _Links(Message):
    next: str | None = None


class _Answer(Message):
    data: _Report
    links: _Links = _Links()


class _Campaign(Message):
    name: str
    day: date


def read_rows(api: Api, account: Account, wanted: Slice) -> Iterator[MetricRow]:
    """Yield the numbers of each campaign and flow, per channel and day of a slice."""
    metric_id, is_conversion = _find_conversion_metric(api, wanted)
    measures = STATISTICS | CONVERSIONS if is_conversion else STATISTICS
    asking = _Asking(api, account, wanted, metric_id, measures)
    yield from asking.read_campaigns()
    yield from asking.read_flows()


def _find_conversion_metric(api: Api, wanted: Slice) -> tuple[str, bool]:
    """Return the metric that conversions are, and whether it is one of conversions.

    It is the one that the connection says, else the oldest of purchases. Reports want one always;
    where nobody ever bought, its numbers are not asked for.
    """
    if wanted.measure:
        return wanted.measure, True
    parameters = {"fields[metric]": "name,created"}
    metrics = sorted(
        read_list(api, "/api/metrics", parameters),
        key=lambda metric: (str(metric.attributes.get("created")), metric.id),
    )
    purchases = [each.id for each in metrics if each.attributes.get("name") == _PURCHASE]
    if not metrics:
        raise IncompleteError("Klaviyo lists no metrics of the account yet; reports need one.")
    return (purchases[0], True) if purchases else (metrics[0].id, False)


class _Asking:
    """The reports of one slice."""

    def __init__(
        self, api: Api, account: Account, wanted: Slice, metric_id: str, measures: dict[str, str]
    ) -> None:
        self._api, self._account, self._wanted = api, account, wanted
        self._metric_id, self._measures = metric_id, measures
        self._zone = ZoneInfo(account.timezone)
        self._today = api.now.astimezone(self._zone).date()

    def read_campaigns(self) -> Iterator[MetricRow]:
        """Yield the numbers of campaigns that were begun to be sent in the slice."""
        last = self._wanted.last + _LONGEST_SENDING
        attributes = _timeframe(self._wanted.first, last) | {
            "group_by": ["campaign_id", "campaign_message_id", "send_channel"]
        }
        sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for result in self._ask("campaign-values-report", attributes).results:
            key = _read_text(result, "campaign_id"), _read_text(result, "send_channel")
            for name, measure in self._measures.items():
                sums[key][measure] += read_micros(result.statistics.get(name) or 0)
        campaigns = self._list_campaigns(sums)
        for (campaign_id, channel), micros in sums.items():
            campaign = campaigns.get(campaign_id)
            if campaign is None:
                words = f"Klaviyo reports the campaign {campaign_id[:40]} and lists it nowhere."
                raise IncompleteError(words)
            if self._wanted.first <= campaign.day <= self._wanted.last:
                yield self._row(campaign.day, campaign_id, campaign.name, channel, micros)

    def read_flows(self) -> Iterator[MetricRow]:
        """Yield the numbers of flows by the day on which their messages were sent."""
        attributes = _timeframe(self._wanted.first, self._wanted.last) | {
            "interval": "daily",
            "group_by": ["flow_id", "flow_message_id", "flow_name", "send_channel"],
        }
        report = self._ask("flow-series-report", attributes)
        days = [moment.date() for moment in report.date_times]
        sums: dict[tuple[date, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        names: dict[str, str] = {}
        for result in report.results:
            flow_id, channel = _read_text(result, "flow_id"), _read_text(result, "send_channel")
            names[flow_id] = str(result.groupings.get("flow_name") or flow_id)
            for name, measure in self._measures.items():
                for day, number in zip(days, result.statistics.get(name) or (), strict=True):
                    sums[day, flow_id, channel][measure] += read_micros(number or 0)
        for (day, flow_id, channel), micros in sums.items():
            if any(micros.values()):
                yield self._row(day, flow_id, names[flow_id], channel, micros)

    def _row(
        self, day: date, entity_id: str, name: str, channel: str, micros: dict[str, int]
    ) -> MetricRow:
        return MetricRow(
            level=self._wanted.level,
            date=day,
            # A campaign of several channels is several entities.
            entity_id=f"{entity_id}:{channel}",
            channel=channel,
            currency=self._account.currency,
            micros=dict(micros),
            campaign_id=entity_id,
            campaign=name,
            is_provisional=day >= self._today,
        )

    def _ask(self, kind: str, attributes: dict[str, Any]) -> _Attributes:
        """Return a report, all its pages together."""
        attributes |= {"statistics": [*self._measures], "conversion_metric_id": self._metric_id}
        body = {"data": {"type": kind, "attributes": attributes}}
        days: list[datetime] = []

        def ask(url: str) -> tuple[list[_Result], str | None]:
            answer = read_as(_Answer, self._api.post(url, body, is_read=True))
            days[:] = answer.data.attributes.date_times
            return answer.data.attributes.results, answer.links.next

        results = list(read_pages(f"/api/{kind}s", ask, lambda each: str(each.groupings)))
        return _Attributes(results=results, date_times=days)

    def _list_campaigns(self, keys: Iterable[tuple[str, str]]) -> dict[str, _Campaign]:
        """Return campaigns by id, archived ones too; each channel has a list of its own."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for campaign_id, channel in keys:
            wanted[_CHANNELS_OF_LISTS.get(channel, channel)].add(campaign_id)
        found: dict[str, _Campaign] = {}
        for channel, ids in wanted.items():
            for is_archived in ("false", "true"):
                missing = sorted(ids - found.keys())
                for start in range(0, len(missing), _MOST_IDS):
                    batch = missing[start : start + _MOST_IDS]
                    found |= self._find_campaigns(channel, is_archived, batch)
        return found

    def _find_campaigns(
        self, channel: str, is_archived: str, ids: list[str]
    ) -> Iterator[tuple[str, _Campaign]]:
        filters = (
            f"equals(messages.channel,{json.dumps(channel)})",
            f"equals(archived,{is_archived})",
            f"any(id,{json.dumps(ids)})",
        )
        parameters = {
            "filter": f"and({','.join(filters)})",
            "fields[campaign]": "name,send_time,scheduled_at",
        }
        for each in read_list(self._api, "/api/campaigns", parameters):
            sent = each.attributes.get("send_time") or each.attributes.get("scheduled_at")
            day = read_as(datetime, sent).astimezone(self._zone).date()
            name = str(each.attributes.get("name") or each.id)
            yield each.id, _Campaign(name=name, day=day)


def _timeframe(first: date, last: date) -> dict[str, Any]:
    """Return days of the account's zone as reports take them: any offset is ignored."""
    return {"timeframe": {"start": f"{first}T00:00:00", "end": f"{last}T23:59:59"}}


def _read_text(result: _Result, name: str) -> str:
    text = result.groupings.get(name)
    if not (isinstance(text, str) and text):
        raise MalformedError(f"A row of Klaviyo's report has no {name}.")
    return text
