"""LinkedIn's Marketing API over loopback: consent, ad accounts, and analytics of made-up ads.

From "Authorization Code Flow", "Refresh Tokens", "Account Users", "Campaigns", "Ads Reporting",
"API versioning" and "Protocol versions" of LinkedIn's documentation.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

from deploy.sandbox.serving import ConsentPeer, Reply, route
from tests.peers.linkedin_changes import Changes

SHOP, OTHER = "501", "1502"
ACCOUNTS = {
    SHOP: ("Sample shop (EUR)", "EUR", "ACTIVE"),
    OTHER: ("Sample shop (USD)", "USD", "CANCELED"),
}
FIELDS = {
    *("costInLocalCurrency", "impressions", "clicks", "externalWebsiteConversions"),
    *("conversionValueInLocalCurrency", "externalWebsitePostClickConversions"),
}
MONEY = ("costInLocalCurrency", "conversionValueInLocalCurrency")
LONGEST_ADDRESS = 4000
_DAY = r"\(year:(\d+),month:(\d+),day:(\d+)\)"
_DAYS = re.compile(rf"\(start:{_DAY},end:{_DAY}\)")


@dataclass(frozen=True)
class Creative:
    """A creative of a campaign."""

    id: int
    campaign: int
    weight: int
    status: str = "ACTIVE"


def make_creatives(campaigns):
    """Return the creatives of so many campaigns; the last campaign was removed."""
    return [
        Creative(9000 + 10 * number + own, 700 + number, own, _find_status(number, campaigns))
        for number in range(campaigns)
        for own in (1, 2)
    ]


def _find_status(number, campaigns):
    return "REMOVED" if number == campaigns - 1 else "ACTIVE"


def make_numbers(account, creative, day):
    """Return a creative's numbers of a day: money in ten thousandths, counts as they are."""
    digest = hashlib.sha256(f"{account}|{creative.id}|{day}".encode()).digest()
    drawn = int.from_bytes(digest[:8])
    impressions = creative.weight * (200 + drawn % 300)
    conversions = creative.weight * (drawn % 3)
    return {
        "costInLocalCurrency": creative.weight * (12_345 + drawn % 99_999),
        "impressions": impressions,
        "clicks": impressions // 40,
        "externalWebsiteConversions": conversions,
        "externalWebsitePostClickConversions": conversions // 2,
        "conversionValueInLocalCurrency": conversions * 499_900,
    }


def add_up(account, creatives, day):
    """Return the sums of some creatives of a day."""
    each = [make_numbers(account, creative, day) for creative in creatives]
    return {name: sum(numbers[name] for numbers in each) for name in FIELDS}


def error(status, code, message):
    """Return an error as LinkedIn has it; also for faults."""
    body = {"status": status, "serviceErrorCode": 100, "code": code, "message": message}
    return Reply(body, status, {"x-li-uuid": "AAYvz"})


class LinkedInPeer(ConsentPeer):
    """LinkedIn Ads.

    Attributes:
        roles: the accounts that the person has a role in; others answer with nothing.
        versions: months that are served.
        most_rows: where an answer is cut, without a word.
        renews: whether the app is one of those whose tokens can be renewed.
        currencies: of accounts.
        changes: what budgets and statuses are, and all that was written.
    """

    name = "LinkedIn Ads"
    lives, rotates = 5_184_000, False
    authorize_path, token_path = "/oauth/v2/authorization", "/oauth/v2/accessToken"

    def __init__(self, port=0):
        super().__init__(port)
        self.roles, self.versions = [SHOP, OTHER], ("202606", "202607")
        self.most_rows, self.renews = 15_000, True
        self.creatives = make_creatives(3)
        self.now = lambda: datetime.now(UTC)
        self.page = 2
        self.currencies = {own: facts[1] for own, facts in ACCOUNTS.items()}
        self.changes = Changes(SHOP, self.creatives)

    @route("GET", authorize_path)
    def ask_consent(self, asked):
        """Show the page of consent."""
        return self.consent(asked)

    @route("POST", token_path)
    def give_token(self, asked):
        """Give tokens for a code or a refresh token, which stays."""
        form = asked.form
        if (form["client_id"], form["client_secret"]) != (self.client_id, self.client_secret):
            return Reply({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token":
            if not self.refresh.get(form["refresh_token"]):
                return Reply({"error": "invalid_grant"}, 400)
            given = self.give_tokens()
            del self.refresh[given["refresh_token"]]
            return Reply(given | {"refresh_token": form["refresh_token"]})
        if self.codes.pop(form["code"], None) is None:
            return Reply({"error": "invalid_grant"}, 400)
        given = self.give_tokens() | {"refresh_token_expires_in": 31_536_000}
        if not self.renews:
            del given["refresh_token"], given["refresh_token_expires_in"]
        return Reply(given | {"scope": "r_ads,r_ads_reporting"})

    @route("POST", "/oauth/v2/revoke")
    def revoke(self, asked):
        """End a token."""
        token = asked.form["token"]
        known = self.refresh.pop(token, None) or self.access.pop(token, None)
        return Reply({}) if known else Reply({"error": "invalid_request"}, 400)

    def answer(self, asked):
        """Answer a request; all of the API want the headers of the version and a token."""
        reply = super().answer(asked)
        if not asked.path.startswith("/rest/") or reply.status != 200:
            return reply
        headers = asked.headers
        if headers.get("linkedin-version") not in self.versions:
            return error(426, "NONEXISTENT_VERSION", "Requested version is not active")
        if headers.get("x-restli-protocol-version") != "2.0.0":
            return error(400, "ILLEGAL_ARGUMENT", "Invalid protocol version")
        if not self.is_good(asked.token):
            return error(401, "REVOKED_ACCESS_TOKEN", "The token used has been revoked")
        return reply

    @route("GET", "/rest/adAccountUsers")
    def list_roles(self, asked):
        """List the roles of the person, a page at a time."""
        start, count = int(asked.query["start"]), int(asked.query["count"])
        rows = [{"account": f"urn:li:sponsoredAccount:{own}"} for own in self.roles]
        return Reply({"elements": rows[start : start + count]})

    @route("GET", "/rest/adAccounts")
    def describe_accounts(self, asked):
        """Describe accounts."""
        names, found = ("name", "currency", "status"), {}
        for own in _read_list(asked.query["ids"]):
            if own in ACCOUNTS:
                found[own] = {"id": int(own), **dict(zip(names, ACCOUNTS[own], strict=True))}
                found[own]["currency"] = self.currencies[own]
        return Reply({"results": found, "statuses": {}, "errors": {}})

    @route("GET", r"/rest/adAccounts/(?P<account>\d+)/adCampaigns")
    def list_campaigns(self, asked, account):
        """List the campaigns of the wanted states, a page at a time, or those of some ids."""
        if "ids" in asked.query:
            found = self.changes.read_campaigns(account, _read_list(asked.query["ids"]))
            return Reply({"results": found, "statuses": {}, "errors": {}})
        wanted = _read_list(asked.query["search"].removeprefix("(status:(values:")[:-2])
        known = {each.campaign: each.status for each in self.creatives}
        ids = [own for own, status in known.items() if status in wanted]
        at = int(asked.query.get("pageToken", 0))
        metadata = {"nextPageToken": str(at + self.page)} if at + self.page < len(ids) else {}
        rows = [{"id": own, "name": f"Sample {own}"} for own in ids[at : at + self.page]]
        return Reply({"elements": rows, "metadata": metadata})

    @route("GET", r"/rest/adAccounts/(?P<account>\d+)/creatives")
    def list_creatives(self, asked, account):
        """Find creatives by their names."""
        if asked.headers.get("x-restli-method") != "FINDER":
            return error(400, "ILLEGAL_ARGUMENT", "Not a finder")
        urns = _read_list(asked.query["creatives"])
        return Reply({"elements": self.changes.read_creatives(account, urns), "metadata": {}})

    @route("POST", r"/rest/adAccounts/(?P<account>\d+)/(?P<kind>\w+)/(?P<own>[^/]+)")
    def change(self, asked, account, kind, own):
        """Change some fields of a campaign or a creative."""
        if asked.headers.get("x-restli-method") != "PARTIAL_UPDATE":
            return error(400, "ILLEGAL_ARGUMENT", "Not a partial update")
        problem = self.changes.write(account, kind, unquote(own), asked.json["patch"]["$set"])
        return error(400, "ILLEGAL_ARGUMENT", problem) if problem else Reply(b"", 204)

    @route("GET", "/rest/adAnalytics")
    def analyse(self, asked):
        """Answer with the rows of a range of days, cut where they are too many."""
        query = asked.query
        if sum(len(value) for value in query.values()) > LONGEST_ADDRESS:
            return error(414, "", "Request-URI Too Long")
        fields = set(query["fields"].split(",")) - {"dateRange", "pivotValues"}
        if fields - FIELDS:
            return error(400, "ILLEGAL_ARGUMENT", "Unknown field")
        [urn] = _read_list(query["accounts"])
        account = urn.rpartition(":")[2]
        rows = list(self._list_rows(account, query, fields)) if account in self.roles else []
        return Reply({"elements": rows[: self.most_rows], "paging": {"start": 0, "count": 10}})

    def list_totals(self, account, first, last):
        """Return what is right: an account's sums per day."""
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return {day: add_up(account, self.creatives, day) for day in days}

    def _list_rows(self, account, query, fields):
        start, end = _read_days(query["dateRange"])
        campaigns = {urn.rpartition(":")[2] for urn in _read_list(query.get("campaigns", "List()"))}
        pivots = _read_list(query["pivots"]) if "pivots" in query else [query["pivot"]]
        groups = {}
        for each in self.creatives:
            names = {
                "ACCOUNT": f"urn:li:sponsoredAccount:{account}",
                "CAMPAIGN": f"urn:li:sponsoredCampaign:{each.campaign}",
                "CREATIVE": f"urn:li:sponsoredCreative:{each.id}",
            }
            if not campaigns or str(each.campaign) in campaigns:
                groups.setdefault(tuple(names[pivot] for pivot in pivots), []).append(each)
        for number in range((end - start).days + 1):
            day = start + timedelta(days=number)
            written = {"year": day.year, "month": day.month, "day": day.day}
            for key, creatives in groups.items():
                sums = add_up(account, creatives, day)
                yield {
                    "pivotValues": list(key),
                    "dateRange": {"start": written, "end": written},
                    **{name: _write(name, sums[name]) for name in fields},
                }


def _write(name, number):
    """Return a number as LinkedIn writes it: money as text, counts as numbers."""
    return f"{number / 10_000:.4f}" if name in MONEY else number


def _read_list(text):
    inside = text.removeprefix("List(").removesuffix(")")
    return [unquote(each) for each in inside.split(",") if each]


def _read_days(text):
    numbers = [int(each) for each in _DAYS.fullmatch(text).groups()]
    return date(*numbers[:3]), date(*numbers[3:])
