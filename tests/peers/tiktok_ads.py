"""TikTok's API for Business over loopback: consent, advertisers, and reports of made-up ads.

From "Authorization", "Get authorized ad accounts", "Get ad account details", "Run a synchronous
report" and "Return codes" of TikTok's documentation; changes are in a file of their own.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from deploy.sandbox.serving import ConsentPeer, Reply, route
from tests.peers.tiktok_changes import Changes

API = "/open_api/v1.3"
BERLIN, TOKYO = "7000000000000000001", "7000000000000000002"
ADVERTISERS = {
    BERLIN: ("Sample shop (EUR)", "EUR", "Europe/Berlin", "STATUS_ENABLE"),
    TOKYO: ("Sample shop (JPY)", "JPY", "Asia/Tokyo", "STATUS_DISABLE"),
}
LEVELS = {
    "AUCTION_ADVERTISER": "advertiser_id",
    "AUCTION_CAMPAIGN": "campaign_id",
    "AUCTION_AD": "ad_id",
}
STATUS = {"AUCTION_CAMPAIGN": "campaign_status", "AUCTION_AD": "ad_status"}
MONEY = ("spend", "total_complete_payment_rate", "total_purchase_value")
COUNTS = ("impressions", "clicks", "complete_payment", "total_purchase", "reach")
NAMES = ("campaign_id", "campaign_name", "ad_name")
MOST_DAYS, MOST_ROWS = 30, 1000


@dataclass(frozen=True)
class Ad:
    """An ad; the deleted one costs about a fifth of all."""

    id: str
    name: str
    campaign: str
    weight: int
    is_deleted: bool = False


ADS = (
    Ad("1801", "Dance", "1701", 4),
    Ad("1802", "Unboxing", "1701", 3),
    Ad("1803", "", "1702", 1),
    Ad("1804", "Of last year", "1703", 2, is_deleted=True),
)


def make_numbers(advertiser, ad, day):
    """Return an ad's numbers of a day: money in hundredths, counts as they are."""

    def draw(what, below):
        digest = hashlib.sha256(f"{advertiser}|{ad.id}|{day}|{what}".encode()).digest()
        return int.from_bytes(digest[:8]) % below

    impressions = ad.weight * (500 + draw("impressions", 500))
    payments = ad.weight * draw("payments", 4)
    return {
        "spend": ad.weight * (1000 + draw("spend", 3000)),
        "impressions": impressions,
        "clicks": impressions // 50,
        "complete_payment": payments,
        "total_complete_payment_rate": payments * 4999,
        "total_purchase": payments * 2,
        "total_purchase_value": payments * 2 * 4999,
        "reach": impressions * 7 // 10,
    }


def add_up(advertiser, ads, day):
    """Return the sums of some ads of a day."""
    each = [make_numbers(advertiser, ad, day) for ad in ads]
    return {name: sum(numbers[name] for numbers in each) for name in (*MONEY, *COUNTS)}


def envelope(code, message="OK", data=None):
    """Return an answer as TikTok has it, also for faults: an error has HTTP 200 too."""
    body = {"code": code, "message": message, "request_id": secrets.token_hex(8)}
    return Reply(body | {"data": {} if data is None else data})


class TikTokPeer(ConsentPeer):
    """TikTok Ads.

    Attributes:
        now: gives the present moment, from which today follows.
        hidden: advertisers that the person may no longer see.
        missing: rows that pages leave out, though they are counted.
        stuck: whether each page is the first.
        currencies: of advertisers.
        changes: what budgets and statuses are, and all that was written.
    """

    name = "TikTok Ads"
    authorize_path, token_path = "/portal/auth", f"{API}/oauth2/access_token/"

    def __init__(self, port=0):
        super().__init__(port)
        self.now = lambda: datetime.now(UTC)
        self.hidden, self.missing, self.stuck = set(), 0, False
        self.most_rows = MOST_ROWS
        self.currencies = {own: facts[1] for own, facts in ADVERTISERS.items()}
        self.changes = Changes(BERLIN, ADS)

    @route("GET", authorize_path)
    def ask_consent(self, asked):
        """Send a person back with a code."""
        wanted = asked.query
        if wanted.get("app_id") != self.client_id:
            return envelope(40002, "app_id is wrong")
        code = secrets.token_hex(8)
        self.codes[code] = dict(wanted)
        return self.send_back(wanted["redirect_uri"], {"auth_code": code, "state": wanted["state"]})

    @route("POST", token_path)
    def give_token(self, asked):
        """Give a token without an end for a code."""
        form = asked.json
        if (form["app_id"], form["secret"]) != (self.client_id, self.client_secret):
            return envelope(40002, "secret is wrong")
        if self.codes.pop(form["auth_code"], None) is None:
            return envelope(40110, "Authorization code is expired.")
        given = self.give_tokens()
        data = {"access_token": given["access_token"], "scope": [1, 4]}
        return envelope(0, data=data | {"advertiser_ids": list(ADVERTISERS)})

    def give_tokens(self):
        """Return a token that lasts, and no other."""
        return {"access_token": super().give_tokens()["access_token"], "refresh_token": ""}

    @route("POST", f"{API}/oauth2/revoke_token/")
    def revoke(self, asked):
        """End a token."""
        if self.access.pop(asked.json["access_token"], None) is None:
            return envelope(40105, "Access token is incorrect or has been revoked.")
        return envelope(0)

    @route("GET", f"{API}/oauth2/advertiser/get/")
    def list_advertisers(self, asked):
        """Name the advertisers of a person."""
        if asked.query.get("secret") != self.client_secret:
            return envelope(40002, "secret is wrong")
        return self._answer(asked, lambda: {"list": [{"advertiser_id": i} for i in ADVERTISERS]})

    @route("GET", f"{API}/advertiser/info/")
    def describe_advertisers(self, asked):
        """Describe advertisers."""

        def describe():
            names = ("name", "currency", "display_timezone", "status")
            rows = []
            for own in json.loads(asked.query["advertiser_ids"]):
                facts = dict(zip(names, ADVERTISERS[own], strict=True))
                facts["currency"] = self.currencies[own]
                rows.append({"advertiser_id": own, "timezone": "Etc/GMT", **facts})
            return {"list": rows}

        return self._answer(asked, describe)

    @route("GET", f"{API}/report/integrated/get/")
    def report(self, asked):
        """Answer a page of a report."""
        query = asked.query
        first, last = (date.fromisoformat(query[name]) for name in ("start_date", "end_date"))
        if query["advertiser_id"] in {*self.hidden} or query["advertiser_id"] not in ADVERTISERS:
            return envelope(40001, "You do not have permission to this advertiser.")
        if (last - first).days >= MOST_DAYS:
            return envelope(40002, "The time span cannot exceed 30 days.")
        if int(query["page_size"]) > MOST_ROWS:
            return envelope(40002, "page_size cannot exceed 1000.")
        return self._answer(asked, lambda: self._make_page(query, first, last))

    @route("GET", f"{API}/(?P<kind>campaign|adgroup|ad)/get/")
    def list_things(self, asked, kind):
        """Answer with the campaigns, ad groups or ads of some ids."""
        own, filtering = asked.query["advertiser_id"], json.loads(asked.query["filtering"])
        return self._answer(asked, lambda: self.changes.read(own, kind, filtering[f"{kind}_ids"]))

    @route("POST", f"{API}/(?P<kind>campaign|adgroup|ad)/(?P<what>.*)update/")
    def change(self, asked, kind, what):
        """Change a campaign, an ad group or an ad."""
        problem = self.changes.write(kind, what, asked.json)
        return envelope(40002, problem) if problem else self._answer(asked, dict)

    def list_totals(self, advertiser, first, last):
        """Return what is right: an advertiser's sums per day."""
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return {day: add_up(advertiser, ADS, day) for day in days}

    def _answer(self, asked, give):
        token = asked.headers.get("access-token", "")
        if not self.is_good(token):
            return envelope(40105, "Access token is incorrect or has been revoked.")
        return envelope(0, data=give())

    def _make_page(self, query, first, last):
        rows = list(self._list_rows(query, first, last))
        size = min(int(query["page_size"]), self.most_rows)
        at = 0 if self.stuck else (int(query["page"]) - 1) * size
        info = {"page": int(query["page"]), "page_size": size, "total_number": len(rows)}
        info["total_page"] = -(-len(rows) // size)
        return {"list": rows[at : at + size][self.missing :], "page_info": info}

    def _list_rows(self, query, first, last):
        level, advertiser = query["data_level"], query["advertiser_id"]
        metrics = json.loads(query["metrics"])
        filters = {each["field_name"]: each for each in json.loads(query.get("filtering", "[]"))}
        status = filters.get(STATUS.get(level, ""), {}).get("filter_value", "")
        has_all = level == "AUCTION_ADVERTISER" or "STATUS_ALL" in status
        groups = {}
        for ad in ADS:
            if has_all or not ad.is_deleted:
                keys = {"AUCTION_ADVERTISER": advertiser, "AUCTION_CAMPAIGN": ad.campaign}
                groups.setdefault(keys.get(level, ad.id), []).append(ad)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for key, ads in groups.items():
                sums = add_up(advertiser, ads, day)
                told = {name: _write(name, sums, ads[0]) for name in metrics}
                yield {
                    "dimensions": {LEVELS[level]: key, "stat_time_day": f"{day} 00:00:00"},
                    "metrics": told,
                }


def _write(name, sums, ad):
    """Return a metric as TikTok writes it: always a text."""
    names = {"campaign_id": ad.campaign, "campaign_name": f"Sample {ad.campaign}"}
    if name in NAMES:
        return (names | {"ad_name": ad.name})[name]
    return f"{sums[name] / 100:.2f}" if name in MONEY else str(sums[name])
