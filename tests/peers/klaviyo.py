"""Klaviyo over loopback: one account, its campaigns of all channels and its flows."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.sandbox.serving import ConsentPeer, Reply, route

ZONE = "Pacific/Auckland"
KEY = "pk_0123456789abcdef"
REVISION = "2026-10-15"
#: The last one that lists campaigns by channel; since then their messages have channels and times.
CAMPAIGNS_REVISION = "2026-07-15"
_STATISTICS = ("delivered", "opens", "clicks", "conversions", "conversion_value")


class KlaviyoPeer(ConsentPeer):
    """Campaigns and flows of the days before ``today``; what they brought is known.

    Attributes:
        campaigns: by id: name, channel, whether archived, when sent, and numbers by day of
            sending. One is sent by the recipients' time zones, so that its sending lasts two days.
        flows: by id: name, channel of each message, and numbers by message and day.
        events: what it was told, by its unique id.
        metrics: ids and names of the account's events, purchases among them.
    """

    name = "Klaviyo"
    rotates = False
    authorize_path, token_path = "/oauth/authorize", "/oauth/token"

    def __init__(self, today: date, days: int = 40, seed: int = 7) -> None:
        super().__init__()
        chance = random.Random(seed)  # noqa: S311 - the same numbers each time
        self.today, self.per_page = today, 100
        self.metrics = [
            ("Open1", "Opened Email"),
            ("Buy2", "Placed Order"),
            ("Buy1", "Placed Order"),
        ]
        self.campaigns, self.flows, self.events = {}, {}, {}
        for number in range(days):
            day = today - timedelta(days=number)
            self._add_campaign(number, day, chance)
        for number, channel in enumerate(("email", "sms")):
            messages = {
                f"message-{number}-{place}": {
                    today - timedelta(days=back): _numbers(chance) for back in range(days)
                }
                for place in range(2)
            }
            self.flows[f"flow-{number}"] = (f"Flow {number}", channel, messages)

    def _add_campaign(self, number, day, chance):
        channel = ("email", "email", "sms", "push-notification")[number % 4]
        by_day = {day: _numbers(chance)}
        if number % 8 == 5:
            by_day[day + timedelta(days=1)] = _numbers(chance)
        sent = datetime(day.year, day.month, day.day, 1, 30, tzinfo=ZoneInfo(ZONE))
        self.campaigns[f"campaign-{number}"] = {
            "name": f"Campaign {number}",
            "channel": channel,
            "archived": number % 3 == 2,
            "sent": sent.astimezone(UTC),
            "by_day": by_day,
        }

    def total(self, statistic, first, last):
        """Return the sum of a statistic over what was begun to be sent between two days."""
        begun = [
            numbers[statistic]
            for each in self.campaigns.values()
            if first <= min(each["by_day"]) <= last
            for numbers in each["by_day"].values()
        ]
        flows = [
            numbers[statistic]
            for _, _, messages in self.flows.values()
            for by_day in messages.values()
            for day, numbers in by_day.items()
            if first <= day <= last
        ]
        return sum(begun) + sum(flows)

    def answer(self, asked):
        """Refuse what has no good token or key, or another revision."""
        if asked.path.startswith("/api/"):
            refusal = self._refuse(asked)
            if refusal is not None:
                self.ledger.append(asked)
                return refusal
        return super().answer(asked)

    def _refuse(self, asked):
        scheme, _, secret = asked.headers.get("authorization", "").partition(" ")
        is_known = secret == KEY if scheme == "Klaviyo-API-Key" else self.is_good(secret)
        if not is_known or scheme not in ("Klaviyo-API-Key", "Bearer"):
            return problem(401, "not_authenticated")
        is_of_campaigns = asked.path == "/api/campaigns"
        if asked.headers.get("revision") != (CAMPAIGNS_REVISION if is_of_campaigns else REVISION):
            return problem(400, "invalid") if is_of_campaigns else problem(410, "gone")
        if asked.body and asked.headers.get("content-type") != "application/vnd.api+json":
            return problem(415, "unsupported_media_type")
        return None

    def _is_client(self, asked):
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return asked.headers.get("authorization") == f"Basic {basic}"

    @route("POST", token_path)
    def token(self, asked):
        """Give tokens for a code with its verifier, or for a refresh token."""
        if not self._is_client(asked):
            return Reply({"error": "invalid_client"}, 401)
        form = asked.form
        if form.get("grant_type") == "authorization_code":
            wanted = self.codes.pop(form.get("code"), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if wanted is None or wanted.get("code_challenge") != challenge:
                return Reply({"error": "invalid_grant"}, 400)
            return Reply(self.give_tokens())
        if not self.refresh.get(form.get("refresh_token")):
            return Reply({"error": "invalid_grant"}, 400)
        return Reply(self.give_tokens() | {"refresh_token": form["refresh_token"]})

    @route("POST", "/oauth/revoke")
    def revoke(self, asked):
        """End a refresh token, whoever's it is."""
        if not self._is_client(asked):
            return Reply({"error": "invalid_client"}, 401)
        self.refresh[asked.form["token"]] = False
        return Reply({})

    @route("GET", authorize_path)
    def authorize(self, asked):
        """Ask for consent."""
        return self.consent(asked)

    @route("GET", "/api/accounts")
    def accounts(self, _asked):
        """Tell whose token it is."""
        attributes = {
            "contact_information": {
                "default_sender_email": "shop@example.com",
                "default_sender_name": "Shop",
                "organization_name": "Shop Ltd",
                "street_address": {"country": "NZ"},
            },
            "locale": "en-NZ",
            "preferred_currency": "NZD",
            "public_api_key": "AbC123",
            "test_account": False,
            "timezone": ZONE,
        }
        own = {"self": f"{self.url}/api/accounts/AbC123"}
        row = {"type": "account", "id": "AbC123", "attributes": attributes, "links": own}
        return _list([row])

    @route("GET", "/api/metrics")
    def list_metrics(self, asked):
        """List the account's events."""
        rows = [
            {"type": "metric", "id": key, "attributes": {"name": name, "created": f"2024-{key}"}}
            for key, name in self.metrics
        ]
        return self._page(asked, rows)

    @route("GET", "/api/campaigns")
    def list_campaigns(self, asked):
        """List campaigns of one channel, archived or not."""
        text = asked.query.get("filter", "")
        channel = re.search(r'equals\(messages\.channel,"(\w+)"\)', text)
        archived = re.search(r"equals\(archived,(true|false)\)", text)
        ids = re.search(r"any\(id,(\[.*?\])\)", text)
        if channel is None:
            return problem(400, "invalid", "A channel filter is required to list campaigns.")
        wanted = set(json.loads(ids[1])) if ids else set(self.campaigns)
        if len(wanted) > 100 and ids:
            return problem(400, "invalid", "At most 100 ids.")
        rows = [
            {
                "type": "campaign",
                "id": key,
                "attributes": {"name": each["name"], "send_time": each["sent"].isoformat()},
            }
            for key, each in self.campaigns.items()
            if key in wanted
            and each["channel"].replace("push-notification", "mobile_push") == channel[1]
            and each["archived"] == (archived is not None and archived[1] == "true")
        ]
        return self._page(asked, rows)

    @route("GET", "/api/flows")
    def list_flows(self, asked):
        """List flows."""
        rows = [
            {"type": "flow", "id": key, "attributes": {"name": name, "status": "live"}}
            for key, (name, _, _) in self.flows.items()
        ]
        return self._page(asked, rows)

    @route("POST", "/api/events")
    def take_event(self, asked):
        """Take an event, once for each unique id, and say nothing."""
        event = asked.json["data"]
        own = event["attributes"]
        kinds = (event["type"], own["metric"]["data"]["type"], own["profile"]["data"]["type"])
        if kinds != ("event", "metric", "profile"):
            return problem(400, "invalid")
        self.events.setdefault(own["unique_id"], own)
        return Reply(b"", 202)

    @route("POST", "/api/campaign-values-reports")
    def report_campaigns(self, asked):
        """Report what campaigns brought, by the day of sending within a time frame."""
        wanted = asked.json["data"]["attributes"]
        first, last = _days(wanted)
        results = []
        for key, each in self.campaigns.items():
            within = [numbers for day, numbers in each["by_day"].items() if first <= day <= last]
            if within:
                groupings = {
                    "campaign_id": key,
                    "campaign_message_id": f"{key}-message",
                    "send_channel": each["channel"],
                }
                sums = {name: float(sum(row[name] for row in within)) for name in _STATISTICS}
                results.append(_result(groupings, sums, wanted))
        return Reply(
            {"data": {"type": "campaign-values-report", "attributes": {"results": results}}}
        )

    @route("POST", "/api/flow-series-reports")
    def report_flows(self, asked):
        """Report what flows brought, by days."""
        wanted = asked.json["data"]["attributes"]
        first, last = _days(wanted)
        if wanted["interval"] != "daily" or (last - first).days >= 60:
            return problem(400, "invalid", "At most 60 days.")
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        results = [
            _result(
                {
                    "flow_id": flow_id,
                    "flow_message_id": message_id,
                    "flow_name": name,
                    "send_channel": channel,
                },
                {
                    key: [float(by_day.get(day, _NOTHING)[key]) for day in days]
                    for key in _STATISTICS
                },
                wanted,
            )
            for flow_id, (name, channel, messages) in self.flows.items()
            for message_id, by_day in messages.items()
        ]
        times = [f"{day}T00:00:00+00:00" for day in days]
        attributes = {"results": results, "date_times": times}
        return Reply({"data": {"type": "flow-series-report", "attributes": attributes}})

    def _page(self, asked, rows):
        cursor = asked.query.get("page[cursor]", "0")
        if not cursor.isdecimal():
            return problem(400, "invalid", "Invalid cursor", "page[cursor]")
        start, size = int(cursor), int(asked.query.get("page[size]", self.per_page))
        more = rows[start + size :]
        following = f"{self.url}{asked.path}?page[cursor]={start + size}"
        if "filter" in asked.query:
            following += f"&filter={asked.query['filter']}"
        return _list(rows[start : start + size], following if more else None)


_NOTHING = defaultdict(int)


def problem(status, code, detail="", parameter=""):
    """Return an error as JSON:API has them."""
    error = {"id": "a1b2", "code": code, "title": code, "detail": detail}
    return Reply({"errors": [error | {"source": {"parameter": parameter}}]}, status)


def _list(rows, following=None):
    return Reply({"data": rows, "links": {"self": "", "next": following, "prev": None}})


def _numbers(chance):
    delivered = chance.randint(100, 900)
    return {
        "delivered": delivered,
        "opens": delivered // 2,
        "clicks": delivered // 10,
        "conversions": delivered // 50,
        "conversion_value": chance.randint(0, 99_999) / 100,
    }


def _days(wanted):
    frame = wanted["timeframe"]
    return tuple(datetime.fromisoformat(frame[name]).date() for name in ("start", "end"))


def _result(groupings, statistics, wanted):
    own = {name: statistics[name] for name in wanted["statistics"]}
    return {"groupings": groupings, "statistics": own}
