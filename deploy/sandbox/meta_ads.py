"""Meta's Marketing API over loopback: consent, ad accounts, and insights of sample accounts.

From "Insights API", "Insights API Asynchronous Jobs", "Rate Limits", "Manage Your Ad Object's
Status", "Long-Lived Access Tokens" and "Secure Graph API Calls" of Meta's documentation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from deploy.sandbox import meta_samples
from deploy.sandbox.meta_changes import Changes
from deploy.sandbox.meta_errors import MetaError
from deploy.sandbox.meta_samples import Account, Ad, Numbers
from deploy.sandbox.serving import Asked, ConsentPeer, Reply, route

VERSION = r"/(?P<version>v\d+\.\d+)"
HISTORY_MONTHS = 37
SHORT_LIVES = 3600
_FIELDS = {"account": (), "campaign": ("campaign_id", "campaign_name")}
_FIELDS["ad"] = (*_FIELDS["campaign"], "ad_id", "ad_name")
_NUMBERS = ("spend", "impressions", "clicks", "reach", "actions", "action_values")
#: Without a filter of status, these are left out below the account.
_GONE = ("DELETED", "ARCHIVED")


class MetaAdsPeer(ConsentPeer):
    """Meta Ads.

    Attributes:
        versions: of the API that are served.
        now: gives the present moment, from which today and what is known of it follow.
        hidden: accounts that the person may no longer see.
        polls: how often a report is looked at before it is whole.
        largest_rows, longest_days: of a report that does not fail; None without a limit.
        page_rows: of a page at most, whatever is asked.
        corrections: amounts added to the spend of an ad and day, in the smallest units.
        changes: what budgets and statuses are, and all that was written.
    """

    name = "Meta Ads"
    lives, rotates = 5_183_944, False
    authorize_path, token_path = "/v27.0/dialog/oauth", "/v27.0/oauth/access_token"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.accounts = {account.id: account for account in meta_samples.ACCOUNTS}
        self.versions = ("v26.0", "v27.0")
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.hidden: set[str] = set()
        self.polls = 0
        self.largest_rows: int | None = None
        self.longest_days: int | None = None
        self.page_rows = 5000
        self.corrections: dict[tuple[str, date], int] = {}
        self.reports: dict[str, dict[str, Any]] = {}
        self.changes = Changes(list(self.accounts.values()))

    def answer(self, asked: Asked) -> Reply:
        """Answer a request; refusals are Meta's errors."""
        try:
            return super().answer(asked)
        except MetaError as refusal:
            return refusal.reply

    # Consent and tokens

    @route("GET", VERSION + "/dialog/oauth")
    def ask_consent(self, asked: Asked, version: str) -> Reply:
        """Show the page of consent."""
        return self.consent(asked)

    @route("POST", VERSION + "/oauth/access_token")
    def give_token(self, asked: Asked, version: str) -> Reply:
        """Give a token of an hour for a code, or a long one for a token that is good."""
        form = asked.form
        if (form.get("client_id"), form.get("client_secret")) != (
            self.client_id,
            self.client_secret,
        ):
            raise MetaError(1, "Error validating client secret.")
        if form.get("grant_type") == "fb_exchange_token":
            if not self.is_good(form.get("fb_exchange_token", "")):
                raise MetaError(190, "Error validating access token: it has expired.", 463)
            return Reply(self._make_token(self.lives))
        with self.lock:
            wanted = self.codes.pop(form.get("code", ""), None)
        if wanted is None or wanted["redirect_uri"] != form.get("redirect_uri"):
            raise MetaError(100, "This authorization code has been used.", 36009)
        return Reply(self._make_token(SHORT_LIVES))

    def give_tokens(self) -> dict[str, Any]:
        """Return a long token; it is its own refresh token."""
        token = self._make_token(self.lives)
        return {**token, "refresh_token": token["access_token"]}

    def _make_token(self, lives: int) -> dict[str, Any]:
        token = f"EAA{secrets.token_hex(12)}"
        with self.lock:
            self.access[token] = time.time() + lives
        return {"access_token": token, "token_type": "bearer", "expires_in": lives}

    def _check(self, asked: Asked, version: str) -> None:
        """Refuse who has no good token, no proof of the app's secret, or an old version."""
        token = asked.token or asked.query.get("access_token", "")
        if version not in self.versions:
            raise MetaError(2635, "You are calling a deprecated version of the Ads API.")
        if not self.is_good(token):
            raise MetaError(190, "Error validating access token: it has expired.", 463)
        proof = hmac.new(self.client_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if asked.query.get("appsecret_proof") != proof:
            raise MetaError(100, "Invalid appsecret_proof provided in the API argument")

    # The person and their accounts

    @route("GET", VERSION + "/me")
    def get_person(self, asked: Asked, version: str) -> Reply:
        """Return the person of the token."""
        self._check(asked, version)
        return Reply({"id": "10", "name": "Sample person"})

    @route("DELETE", VERSION + "/me/permissions")
    def revoke(self, asked: Asked, version: str) -> Reply:
        """Take the app's rights away: the person's tokens are good no longer."""
        self._check(asked, version)
        self.access.clear()
        return Reply({"success": True})

    @route("GET", VERSION + "/me/adaccounts")
    def list_accounts(self, asked: Asked, version: str) -> Reply:
        """Return a page of ad accounts."""
        self._check(asked, version)
        found = [
            {
                "id": f"act_{account.id}",
                "account_id": account.id,
                "name": account.name,
                "currency": account.currency,
                "timezone_name": account.timezone,
                "account_status": account.status,
            }
            for account in self.accounts.values()
            if account.id not in self.hidden
        ]
        return Reply(self._make_page(asked, found))

    # Insights

    @route("GET", VERSION + r"/act_(?P<account_id>\d+)/insights")
    def read_insights(self, asked: Asked, version: str, account_id: str) -> Reply:
        """Answer at once."""
        self._check(asked, version)
        account = self._find(account_id)
        page = self._make_page(asked, self.make_rows(account, asked.query))
        return Reply(page, headers=self._tell_usage(account_id))

    @route("POST", VERSION + r"/act_(?P<account_id>\d+)/insights")
    def start_report(self, asked: Asked, version: str, account_id: str) -> Reply:
        """Begin a report, whose parameters come in the body."""
        self._check(asked, version)
        account = self._find(account_id)
        rows = self.make_rows(account, asked.json)
        days = json.loads(asked.json["time_range"])
        length = (date.fromisoformat(days["until"]) - date.fromisoformat(days["since"])).days + 1
        is_too_much = (self.largest_rows is not None and len(rows) > self.largest_rows) or (
            self.longest_days is not None and length > self.longest_days
        )
        with self.lock:
            report_id = str(9_000_000 + len(self.reports))
            self.reports[report_id] = {
                "account_id": account_id,
                "rows": rows,
                "left": self.polls,
                "fails": is_too_much,
            }
        return Reply({"report_run_id": report_id}, headers=self._tell_usage(account_id))

    # Campaigns, ad sets, ads

    @route("GET", VERSION + r"/act_(?P<account_id>\d+)")
    def get_account(self, asked: Asked, version: str, account_id: str) -> Reply:
        """Tell an account's currency."""
        self._check(asked, version)
        return Reply({"id": f"act_{account_id}", "currency": self._find(account_id).currency})

    @route("POST", VERSION + r"/(?P<thing_id>\d+)")
    def change(self, asked: Asked, version: str, thing_id: str) -> Reply:
        """Change a campaign, an ad set or an ad."""
        self._check(asked, version)
        with self.lock:
            return Reply(self.changes.write(thing_id, asked.json))

    @route("GET", VERSION + r"/(?P<report_id>\d+)")
    def get_report(self, asked: Asked, version: str, report_id: str) -> Reply:
        """Say how far a report is, or how a campaign, an ad set or an ad is."""
        self._check(asked, version)
        if report_id not in self.reports:
            return Reply(self.changes.read(report_id, asked.query["fields"]))
        report = self.reports[report_id]
        told = {"id": report_id, "account_id": report["account_id"]}
        if report["left"]:
            report["left"] -= 1
            # In the end it is said to be complete a moment before it is.
            status, percent = ("Job Running", 40) if report["left"] else ("Job Completed", 99)
            return Reply({**told, "async_status": status, "async_percent_completion": percent})
        if report["fails"]:
            failure = {"error_code": -2, "error_subcode": 2490547, "error_message": "Try again."}
            return Reply({**told, "async_status": "Job Failed", **failure})
        done = {"async_status": "Job Completed", "async_percent_completion": 100}
        return Reply({**told, **done})

    @route("GET", VERSION + r"/(?P<report_id>\d+)/insights")
    def read_report(self, asked: Asked, version: str, report_id: str) -> Reply:
        """Return a page of a report."""
        self._check(asked, version)
        report = self.reports[report_id]
        if report["left"] or report["fails"]:
            raise MetaError(2601, "The report is not ready.")
        page = self._make_page(asked, report["rows"])
        return Reply(page, headers=self._tell_usage(report["account_id"]))

    def _find(self, account_id: str) -> Account:
        if account_id in self.hidden or account_id not in self.accounts:
            raise MetaError(200, "Ad account owner has NOT grant ads_management or ads_read.")
        return self.accounts[account_id]

    @staticmethod
    def _tell_usage(account_id: str) -> dict[str, str]:
        case = {
            "type": "ads_insights",
            "call_count": 3,
            "total_cputime": 2,
            "total_time": 1,
            "estimated_time_to_regain_access": 0,
        }
        throttle = {"app_id_util_pct": 1.5, "acc_id_util_pct": 2.5}
        return {
            "X-Business-Use-Case-Usage": json.dumps({account_id: [case]}),
            "x-fb-ads-insights-throttle": json.dumps(throttle),
        }

    def _make_page(self, asked: Asked, found: list[dict[str, Any]]) -> dict[str, Any]:
        start = int(base64.b64decode(asked.query.get("after", "")) or 0)
        end = start + min(int(asked.query.get("limit", "25")), self.page_rows)
        if not found[start:end]:
            return {"data": []}
        before, after = (base64.b64encode(str(at).encode()).decode() for at in (start, end))
        paging: dict[str, Any] = {"cursors": {"before": before, "after": after}}
        if end < len(found):
            # As Meta does it, with the token in it.
            query = urlencode({**asked.query, "access_token": asked.token, "after": after})
            paging["next"] = f"{self.url}{asked.path}?{query}"
        return {"data": found[start:end], "paging": paging}

    def make_rows(self, account: Account, asked: Any) -> list[dict[str, Any]]:
        """Return the rows that a query of insights is answered with."""
        level, days = asked["level"], json.loads(asked["time_range"])
        first, last = date.fromisoformat(days["since"]), date.fromisoformat(days["until"])
        windows = json.loads(asked["action_attribution_windows"])
        fields = asked["fields"].split(",")
        self._refuse_query(account, first, fields, windows, level)
        if asked.get("time_increment") != "1":
            raise MetaError(100, "This peer answers by day alone.")
        groups: dict[str, list[Ad]] = {}
        for ad in _filter(account.ads, level, json.loads(asked.get("filtering", "[]"))):
            groups.setdefault({"ad": ad.id, "campaign": ad.campaign_id}.get(level, ""), []).append(
                ad
            )
        return [
            _make_row(account, ads[0], day, numbers, fields, windows)
            for day in meta_samples.list_days(first, last)
            for ads in groups.values()
            if (numbers := self._add_up(account, ads, day)) is not None
        ]

    def _refuse_query(
        self, account: Account, first: date, fields: list[str], windows: list[str], level: str
    ) -> None:
        today = self.today(account)
        months = (today.year - first.year) * 12 + today.month - first.month
        if (months, today.day) > (HISTORY_MONTHS, first.day):
            raise MetaError(3018, "The start date of the time range cannot be beyond 37 months.")
        known = {*_FIELDS[level], *_NUMBERS, "account_currency"}
        if unknown := set(fields) - known:
            raise MetaError(100, f"{', '.join(unknown)} is not valid for fields param.")
        if unknown := set(windows) - set(meta_samples.WINDOWS):
            raise MetaError(100, f"{', '.join(unknown)} is not an attribution window.")

    def today(self, account: Account) -> date:
        """Return the present day of an account's zone."""
        return self.now().astimezone(ZoneInfo(account.timezone)).date()

    def _add_up(self, account: Account, ads: list[Ad], day: date) -> Numbers | None:
        sums = meta_samples.add_up(account, ads, day, self.today(account))
        if sums is not None:
            sums.spend += sum(self.corrections.get((ad.id, day), 0) for ad in ads)
        return sums

    def total(
        self,
        account_id: str,
        first: date,
        last: date,
        windows: tuple[str, ...] = ("7d_click", "1d_view"),
    ) -> dict[str, int]:
        """Return what is right: sums of an account's days, money in the smallest units."""
        account = self.accounts[account_id]
        totals = dict.fromkeys(
            ("spend", "impressions", "clicks", "conversions", "attributed_revenue"), 0
        )
        for day in meta_samples.list_days(first, last):
            sums = self._add_up(account, list(account.ads), day)
            if sums is not None:
                totals["spend"] += sums.spend
                totals["impressions"] += sums.impressions
                totals["clicks"] += sums.clicks
                totals["conversions"] += sum(sums.purchases[name] for name in windows)
                totals["attributed_revenue"] += sum(sums.values[name] for name in windows)
        return totals


def _filter(ads: tuple[Ad, ...], level: str, filters: list[dict[str, Any]]) -> list[Ad]:
    """Return the ads that are counted: below the account, gone ones are so only if asked for."""
    status = {"ad": lambda ad: ad.status, "campaign": lambda ad: ad.campaign_status}.get(level)
    asks_status = any(each["field"].endswith("effective_status") for each in filters)
    found = [ad for ad in ads if status is None or asks_status or status(ad) not in _GONE]
    read: dict[str, Callable[[Ad], str]] = {
        "ad.effective_status": lambda ad: ad.status,
        "campaign.effective_status": lambda ad: ad.campaign_status,
        "campaign.id": lambda ad: ad.campaign_id,
        "ad.id": lambda ad: ad.id,
    }
    for each in filters:
        if each["operator"] != "IN" or each["field"] not in read:
            raise MetaError(100, f"Filtering field {each['field']} is invalid.")
        found = [ad for ad in found if read[each["field"]](ad) in each["value"]]
    return found


def _make_row(  # noqa: PLR0913, PLR0917 - a row is made of all of these
    account: Account, ad: Ad, day: date, numbers: Numbers, fields: list[str], windows: list[str]
) -> dict[str, Any]:
    """Return a row with the fields that were asked for; numbers are texts."""
    values = {
        "campaign_id": ad.campaign_id,
        "campaign_name": ad.campaign,
        "ad_id": ad.id,
        "ad_name": ad.name,
        "account_currency": account.currency,
        "spend": _money(numbers.spend, account.digits),
        "impressions": str(numbers.impressions),
        "clicks": str(numbers.clicks),
        "reach": str(numbers.reach),
        "actions": _make_stats({name: str(numbers.purchases[name]) for name in windows}),
        "action_values": _make_stats(
            {name: _money(numbers.values[name], account.digits) for name in windows}
        ),
    }
    own = {name: values[name] for name in fields if values[name]}
    return {**own, "date_start": day.isoformat(), "date_stop": day.isoformat()}


def _make_stats(values: dict[str, str]) -> list[dict[str, str]]:
    """Return an action under several names, as Meta has it; what is nought is left out."""
    known = {name: value for name, value in values.items() if float(value)}
    if not known:
        return []
    # ``value`` is of the default attribution, which is not what was asked for.
    return [
        {"action_type": action, "value": "1", **known}
        for action in ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
    ]


def _money(amount: int, digits: int) -> str:
    if not digits:
        return str(amount)
    sign, units = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{units // 10**digits}.{units % 10**digits:0{digits}d}"
