"""GoHighLevel over loopback: one sub-account and its opportunities."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.sandbox.serving import ConsentPeer, Reply, route

ZONE = "Australia/Sydney"
LOCATION = "loc-1"
VERSION = "2021-07-28"


class GoHighLevelPeer(ConsentPeer):
    """Opportunities that were added before ``today``; every fourth is open.

    Attributes:
        opportunities: in the order in which they were added.
        location: what is told of the sub-account.
        user_type: what the person chose to give: a sub-account, or the agency.
    """

    name = "GoHighLevel"
    authorize_path, token_path = "/v2/oauth/chooselocation", "/oauth/token"
    lives = 86_399

    def __init__(self, today: date, days: int = 12, seed: int = 5) -> None:
        super().__init__()
        chance = random.Random(seed)  # noqa: S311 - the same numbers each time
        self.user_type = "Location"
        self.location = {
            "id": LOCATION,
            "name": "Salon",
            "timezone": ZONE,
            "business": {"currency": "AUD"},
        }
        self.opportunities = []
        midnight = datetime(today.year, today.month, today.day, tzinfo=ZoneInfo(ZONE))
        for number in range(4 * days):
            won = midnight - timedelta(days=days - 1 - number // 4) + timedelta(minutes=1)
            self.add(won=won, value=chance.randint(1, 99_999) / 100, is_won=number % 4 != 3)

    def add(self, *, won, value=1, is_won=True):
        """Add an opportunity of which a status was said."""
        number = len(self.opportunities)
        self.opportunities.append(
            {
                "id": f"opp-{number:05}",
                "name": "A name",
                "monetaryValue": value,
                "status": "won" if is_won else "open",
                "source": " Facebook Form ",
                "createdAt": _stamp(won - timedelta(days=3)),
                "updatedAt": _stamp(won),
                "lastStatusChangeAt": _stamp(won),
                "contactId": f"contact-{number}",
                "contact": {"email": f"c{number}@example.com"} if number % 2 else {},
            }
        )

    def won(self, first, last):
        """Return the opportunities that were won between two days of the sub-account."""
        return [
            each
            for each in self.opportunities
            if each["status"] == "won"
            and first
            <= datetime.fromisoformat(each["lastStatusChangeAt"]).astimezone(ZoneInfo(ZONE)).date()
            <= last
        ]

    @route("GET", authorize_path)
    def choose(self, asked):
        """Ask for consent, and for which sub-account."""
        return self.consent(asked)

    @route("POST", token_path)
    def token(self, asked):
        """Give tokens; a refresh token is good once, and a used one ends its family."""
        form = asked.form
        if form.get("client_secret") != self.client_secret:
            return Reply({"error": "UnAuthorized!", "error_description": "Invalid client"}, 401)
        if form.get("user_type") not in ("Location", "Company"):
            return Reply({"error": "Unprocessable Entity", "message": "user_type"}, 422)
        if form["grant_type"] == "authorization_code":
            if self.codes.pop(form.get("code"), None) is None:
                return Reply({"error": "invalid_grant"}, 400)
        elif not self.refresh.get(form.get("refresh_token")):
            self.refresh.clear()
            return Reply({"error": "invalid_grant"}, 400)
        else:
            self.refresh[form["refresh_token"]] = False
        own = {"locationId": LOCATION} if self.user_type == "Location" else {"companyId": "agency"}
        return Reply(self.give_tokens() | {"userType": self.user_type} | own)

    def answer(self, asked):
        """Refuse what has no good token, or another version."""
        if asked.path not in (self.authorize_path, self.token_path):
            refusal = None
            if not self.is_good(asked.token):
                refusal = Reply({"statusCode": 401, "message": "Invalid JWT"}, 401)
            elif asked.headers.get("version") != VERSION:
                refusal = Reply({"message": "version header is invalid"}, 400)
            if refusal:
                self.ledger.append(asked)
                return refusal
        return super().answer(asked)

    @route("GET", r"/locations/(?P<location>[\w-]+)")
    def tell_location(self, _asked, location):
        """Tell of the sub-account whose token it is."""
        if location != LOCATION:
            return Reply({"message": "Forbidden", "traceId": "t-1"}, 403)
        return Reply({"location": self.location})

    @route("GET", "/opportunities/search")
    def search(self, asked):
        """List opportunities; a mark counts only with both of its parts."""
        query = asked.query
        limit = int(query.get("limit", "20"))
        if query.get("location_id") != LOCATION or limit > 100:
            return Reply({"message": "Unprocessable", "traceId": "t-1"}, 422)
        found = [
            each for each in self.opportunities if query.get("status") in (each["status"], "all")
        ]
        start = 0
        if "startAfter" in query and "startAfterId" in query:
            ids = [each["id"] for each in found]
            start = ids.index(query["startAfterId"]) + 1
            if query["startAfter"] != _milliseconds(found[start - 1]):
                start = 0
        page = found[start : start + limit]
        meta = {"total": len(found), "nextPageUrl": None}
        if page:
            meta |= {"startAfter": int(_milliseconds(page[-1])), "startAfterId": page[-1]["id"]}
        return Reply({"opportunities": page, "meta": meta})


def _milliseconds(each):
    return str(int(datetime.fromisoformat(each["createdAt"]).timestamp() * 1000))


def _stamp(moment):
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
