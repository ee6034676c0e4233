"""HubSpot over loopback: one account, its deals and their contacts."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.sandbox.serving import ConsentPeer, Reply, route

ZONE = "America/Los_Angeles"
VERSION = "2026-09"
#: The one that is defined.
EVENT = "pe4711_trial_ended"
_OBJECTS = f"/crm/objects/{VERSION}"


class HubSpotPeer(ConsentPeer):
    """Deals of the days before ``today``; every third is not won.

    Attributes:
        deals: by id their properties, and whether and when deleted (``archived``).
        contacts: by id the e-mail address, None where there is none.
        owners: by deal the contacts.
        occurrences: what it was told of events, in order.
        cap: how many objects a search shows, whatever it finds.
    """

    name = "HubSpot"
    rotates = False
    authorize_path, token_path = "/oauth/authorize", f"/oauth/{VERSION}/token"
    lives = 1800

    def __init__(self, today: date, days: int = 20, seed: int = 3) -> None:
        super().__init__()
        chance = random.Random(seed)  # noqa: S311 - the same numbers each time
        self.cap = 10_000
        self.deals, self.owners, self.occurrences = {}, {}, []
        self.contacts = {str(number): f"c{number}@example.com" for number in range(501, 504)}
        self.contacts["504"] = None
        for number in range(3 * days):
            # In the evening there, which is the next day in UTC.
            closed = datetime(today.year, today.month, today.day, 20, tzinfo=ZoneInfo(ZONE))
            self.add_deal(
                str(1001 + 7 * number),
                closed=closed.astimezone(UTC) - timedelta(days=number // 3),
                amount=f"{chance.randint(1, 99_999)}.{chance.randint(0, 99):02}",
                is_won=number % 3 != 2,
                owner=str(501 + number % 5),
            )

    def add_deal(self, deal_id, *, closed, amount, is_won=True, owner="", changed=None):
        """Add a deal that was closed, and changed then unless said otherwise."""
        self.deals[deal_id] = {
            "amount": "1",
            "amount_in_home_currency": amount,
            "deal_currency_code": "SEK",
            "closedate": _stamp(closed),
            "createdate": _stamp(closed - timedelta(days=5)),
            "hs_analytics_source": "PAID_SEARCH",
            "hs_is_closed_won": "true" if is_won else "false",
            "hs_lastmodifieddate": _stamp(changed or closed),
            "hs_object_id": deal_id,
            "archived": "",
        }
        if owner in self.contacts:
            self.owners[deal_id] = [owner]

    def won(self, first, last):
        """Return the deals that were won between two days of the account."""
        return {
            key: deal
            for key, deal in self.deals.items()
            if deal["hs_is_closed_won"] == "true"
            and not deal["archived"]
            and first <= _read(deal["closedate"]).astimezone(ZoneInfo(ZONE)).date() <= last
        }

    @route("GET", authorize_path)
    def authorize(self, asked):
        """Ask for consent."""
        return self.consent(asked)

    def _is_client(self, form):
        own = (self.client_id, self.client_secret)
        return (form.get("client_id"), form.get("client_secret")) == own

    @route("POST", token_path)
    def token(self, asked):
        """Give tokens; client and secret stand in the form."""
        form = asked.form
        if not self._is_client(form):
            return _problem(401, "BAD_CLIENT_SECRET")
        if form["grant_type"] == "authorization_code":
            if self.codes.pop(form.get("code"), None) is None:
                return Reply({"error": "invalid_grant", "status": "BAD_AUTH_CODE"}, 400)
            return Reply(self.give_tokens())
        if not self.refresh.get(form.get("refresh_token")):
            return Reply({"error": "invalid_grant", "status": "BAD_REFRESH_TOKEN"}, 400)
        return Reply(self.give_tokens() | {"refresh_token": form["refresh_token"]})

    @route("POST", f"{token_path}/revoke")
    def revoke(self, asked):
        """End a refresh token."""
        if not self._is_client(asked.form):
            return _problem(401, "BAD_CLIENT_SECRET")
        self.refresh[asked.form["token"]] = False
        return Reply({})

    def answer(self, asked):
        """Refuse what has no good token."""
        if not asked.path.startswith("/oauth/") and not self.is_good(asked.token):
            self.ledger.append(asked)
            return _problem(401, "EXPIRED_AUTHENTICATION")
        return super().answer(asked)

    @route("GET", f"/account-info/{VERSION}/details")
    def details(self, _asked):
        """Tell whose token it is."""
        return Reply({"portalId": 4711, "timeZone": ZONE, "companyCurrency": "EUR"})

    @route("POST", f"{_OBJECTS}/deals/search")
    def search(self, asked):
        """Find deals, by the filters of the first group."""
        wanted = asked.json
        limit, start = wanted.get("limit", 10), int(wanted.get("after", "0"))
        if limit > 200 or start + limit > self.cap:
            return _problem(400, "VALIDATION_ERROR")
        filters = wanted["filterGroups"][0]["filters"]
        found = sorted(
            (
                deal
                for deal in self.deals.values()
                if not deal["archived"] and all(_matches(deal, each) for each in filters)
            ),
            key=lambda deal: int(deal["hs_object_id"]),
        )
        rows = [
            {
                "id": deal["hs_object_id"],
                "properties": {name: deal[name] for name in wanted["properties"]},
                "archived": False,
            }
            for deal in found[start : start + limit]
        ]
        body = {"total": len(found), "results": rows}
        if start + limit < len(found):
            body["paging"] = {"next": {"after": str(start + limit)}}
        return Reply(body)

    @route("GET", f"{_OBJECTS}/deals")
    def list_deals(self, asked):
        """List deals, deleted ones where these are wanted."""
        is_archived = asked.query.get("archived") == "true"
        keys = sorted(
            key for key, deal in self.deals.items() if bool(deal["archived"]) == is_archived
        )
        start = int(asked.query.get("after", "0"))
        names = asked.query["properties"].split(",")
        rows = [
            {
                "id": key,
                "properties": {name: self.deals[key][name] for name in names},
                "archived": is_archived,
                "archivedAt": self.deals[key]["archived"],
            }
            for key in keys[start : start + 2]
        ]
        body = {"results": rows}
        if start + 2 < len(keys):
            body["paging"] = {"next": {"after": str(start + 2), "link": ""}}
        return Reply(body)

    @route("POST", f"/crm/associations/{VERSION}/deals/contacts/batch/read")
    def associations(self, asked):
        """Tell the contacts of deals; deals without any are errors of a part."""
        ids = [each["id"] for each in asked.json["inputs"]]
        results = [
            {"from": {"id": key}, "to": [{"toObjectId": int(to)} for to in self.owners[key]]}
            for key in ids
            if key in self.owners
        ]
        status = 200 if len(results) == len(ids) else 207
        return Reply({"status": "COMPLETE", "results": results}, status)

    @route("GET", f"{_OBJECTS}/contacts")
    def list_contacts(self, asked):
        """List contacts."""
        rows = [
            {"id": key, "properties": {"email": email, "firstname": "Ann", "lastname": key}}
            for key, email in self.contacts.items()
        ]
        return _page(asked, rows)

    @route("GET", f"/marketing/campaigns/{VERSION}")
    def list_campaigns(self, asked):
        """List marketing campaigns."""
        properties = {"hs_name": "Spring", "hs_campaign_status": "in_progress"}
        return _page(asked, [{"id": "c-1", "properties": properties}])

    @route("GET", "/automation/v4/flows")
    def list_workflows(self, asked):
        """List workflows."""
        flow = {"id": "7", "name": "Welcome", "isEnabled": True, "type": "CONTACT_FLOW"}
        return _page(asked, [flow])

    @route("POST", f"/events/{VERSION}/send")
    def take_event(self, asked):
        """Take an occurrence of a defined event, and say nothing."""
        if asked.json["eventName"] != EVENT:
            words = f"No event {asked.json['eventName']} for {asked.json['email']}."
            return _problem(400, "VALIDATION_ERROR", message=words)
        self.occurrences.append(asked.json)
        return Reply(b"", 204)

    @route("POST", f"{_OBJECTS}/contacts/batch/read")
    def read_contacts(self, asked):
        """Tell contacts' e-mail addresses."""
        ids = [each["id"] for each in asked.json["inputs"]]
        if len(ids) > 100:
            return _problem(400, "VALIDATION_ERROR")
        results = [{"id": key, "properties": {"email": self.contacts[key]}} for key in ids]
        return Reply({"status": "COMPLETE", "results": results})


def _page(asked, rows):
    start, limit = int(asked.query.get("after", "0")), int(asked.query["limit"])
    body = {"results": rows[start : start + limit]}
    if start + limit < len(rows):
        body["paging"] = {"next": {"after": str(start + limit)}}
    return Reply(body)


def _matches(deal, wanted):
    value = deal.get(wanted["propertyName"])
    operator, other = wanted["operator"], wanted["value"]
    if wanted["propertyName"].endswith("date"):
        value = int(_read(value).timestamp() * 1000)
        if operator == "BETWEEN":
            return int(other) <= value <= int(wanted["highValue"])
        return operator == "GTE" and value >= int(other)
    return value == other if operator == "EQ" else int(value) > int(other)


def _problem(status, category, **more):
    return Reply({"status": "error", "category": category, "correlationId": "c0-1", **more}, status)


def _stamp(moment):
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(text):
    return datetime.fromisoformat(text)
