"""Google Ads over loopback: consent, customers below managers, and reports of sample customers.

From "Using OAuth 2.0 for Web Server Applications", "Listing accounts", "REST: search and
searchStream", "Error types" and "API limits and quotas" of Google's documentation.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from deploy.sandbox import google_queries, google_samples
from deploy.sandbox.google_changes import ChangeError, Changes
from deploy.sandbox.google_queries import Query, QueryError
from deploy.sandbox.google_samples import Customer
from deploy.sandbox.serving import Asked, ConsentPeer, Reply, route

VERSION = r"/(?P<version>v\d+)"
HISTORY_MONTHS = 37
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}
_STATUSES |= {404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


class GoogleError(Exception):
    """What Google refuses with."""

    def __init__(self, status: int, kind: str, name: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.body = failure(status, kind, name, words)


def failure(
    status: int, kind: str, name: str, words: str, quota: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return an error as the Ads API has it; also for faults."""
    error: dict[str, Any] = {"errorCode": {kind: name}, "message": words}
    if quota is not None:
        error["details"] = {"quotaErrorDetails": quota}
    details = {
        "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
        "errors": [error],
        "requestId": secrets.token_urlsafe(16),
    }
    told = {"code": status, "message": "The request failed.", "status": _STATUSES[status]}
    return {"error": {**told, "details": [details]}}


class GoogleAdsPeer(ConsentPeer):
    """Google Ads.

    Attributes:
        versions: of the API that are served.
        now: gives the present moment, from which today and what is known of it follow.
        roots: the customers that the login has access to by itself.
        prohibited: pairs of a resource and a metric that it has not.
        batch_rows: of one element of a stream.
        largest_rows: of a report that does not time out; None without a limit.
        changes: what budgets and statuses are, and all that was written.
    """

    name = "Google Ads"
    # A refresh gives no new refresh token.
    rotates = False
    authorize_path, token_path = "/o/oauth2/v2/auth", "/token"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.customers = {each.id: each for each in google_samples.CUSTOMERS}
        self.roots = list(google_samples.ROOTS)
        self.versions = ("v25", "v26")
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.prohibited: set[tuple[str, str]] = set()
        self.batch_rows = 10_000
        self.largest_rows: int | None = None
        self.changes = Changes(self.customers)

    # Consent and tokens

    @route("GET", authorize_path)
    def ask_consent(self, asked: Asked) -> Reply:
        """Show the page of consent."""
        return self.consent(asked)

    @route("POST", token_path)
    def give_token(self, asked: Asked) -> Reply:
        """Give tokens for a code, or an access token alone for a refresh token."""
        form = asked.form
        if (form.get("client_id"), form.get("client_secret")) != (
            self.client_id,
            self.client_secret,
        ):
            return Reply({"error": "invalid_client"}, 401)
        if form.get("grant_type") == "refresh_token":
            if not self.refresh.get(form.get("refresh_token", "")):
                return _ended("Token has been expired or revoked.")
            return Reply(self._without_refresh())
        with self.lock:
            wanted = self.codes.pop(form.get("code", ""), None)
        if wanted is None or wanted["redirect_uri"] != form.get("redirect_uri"):
            return _ended("Bad Request")
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if wanted.get("code_challenge", proven) != proven:
            return _ended("Invalid code verifier.")
        asks = (wanted.get("access_type"), wanted.get("prompt"))
        is_offline = asks == ("offline", "consent")
        return Reply(self.give_tokens() if is_offline else self._without_refresh())

    @route("POST", "/revoke")
    def revoke(self, asked: Asked) -> Reply:
        """End what a token was granted."""
        token = asked.form.get("token", "")
        with self.lock:
            if not (self.refresh.pop(token, None) or self.access.pop(token, None)):
                return Reply({"error": "invalid_token"}, 400)
            self.access.clear()
        return Reply({})

    def _without_refresh(self) -> dict[str, Any]:
        given = self.give_tokens()
        del self.refresh[given.pop("refresh_token")]
        return given

    # Customers and reports

    @route("GET", VERSION + r"/customers:listAccessibleCustomers")
    def list_customers(self, asked: Asked, version: str) -> Reply:
        """Name the customers that the login has access to by itself."""
        try:
            self._check(asked, version)
        except GoogleError as refusal:
            return Reply(refusal.body, refusal.status)
        return Reply({"resourceNames": [f"customers/{each}" for each in self.roots]})

    @route("POST", VERSION + r"/customers/(?P<customer>\d+)/googleAds:searchStream")
    def search_stream(self, asked: Asked, version: str, customer: str) -> Reply:
        """Answer a query as an array of batches; an error is the one element of it."""
        try:
            self._check(asked, version)
            rows = self._answer_query(self._find(asked, customer), asked.json["query"])
        except GoogleError as refusal:
            return Reply([refusal.body], refusal.status)
        except QueryError as refusal:
            return Reply([failure(400, refusal.kind, refusal.name, refusal.words)], 400)
        return Reply(_write_batches(rows, self.batch_rows))

    @route("POST", VERSION + r"/customers/(?P<customer>\d+)/(?P<service>\w+):mutate")
    def mutate(self, asked: Asked, version: str, customer: str, service: str) -> Reply:
        """Make changes, all of a request or none."""
        try:
            self._check(asked, version)
            own = self._find(asked, customer)
            with self.lock:
                return Reply(self.changes.mutate(own, service, asked.json))
        except GoogleError as refusal:
            return Reply(refusal.body, refusal.status)
        except ChangeError as refusal:
            return Reply(failure(400, refusal.kind, refusal.name, refusal.words), 400)

    def list_totals(self, customer: str, first: date, last: date) -> dict[date, dict[str, int]]:
        """Return what is right: a customer's sums per day, fractional ones as hundredths."""
        own = self.customers[customer]
        cells = [(each, ad) for each in own.campaigns for ad in each.ads]
        days = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
        today = self.find_today(own)
        sums = {day: google_samples.add_up(iter(cells), day, today) for day in days}
        return {day: numbers for day, numbers in sums.items() if any(numbers.values())}

    def find_today(self, customer: Customer) -> date:
        """Return the day that a customer has now."""
        return self.now().astimezone(ZoneInfo(customer.zone)).date()

    def _check(self, asked: Asked, version: str) -> None:
        if version not in self.versions:
            words = "Version is deprecated. Requests to this version will be blocked."
            raise GoogleError(400, "requestError", "UNSUPPORTED_VERSION", words)
        if not self.is_good(asked.token):
            words = "OAuth token in the header is not valid."
            raise GoogleError(401, "authenticationError", "OAUTH_TOKEN_INVALID", words)

    def _find(self, asked: Asked, customer: str) -> Customer:
        """Return a customer that the login reaches as its header says."""
        login = asked.headers.get("login-customer-id", customer)
        own = self.customers.get(customer)
        if own is None or login not in self.roots or login not in (customer, *own.managers):
            words = "User doesn't have permission to access customer. Note: set the manager's id."
            raise GoogleError(403, "authorizationError", "USER_PERMISSION_DENIED", words)
        if own.status != "ENABLED":
            words = "The customer account can't be accessed: it is not yet enabled or deactivated."
            raise GoogleError(403, "authorizationError", "CUSTOMER_NOT_ENABLED", words)
        return own

    def _answer_query(self, customer: Customer, text: str) -> list[dict[str, Any]]:
        query = google_queries.parse(text)
        self._refuse_metrics(customer, query)
        today = self.find_today(customer)
        if query.days is not None and query.days[0] < _go_back(today, HISTORY_MONTHS):
            name = "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED"
            raise QueryError("dateRangeError", name, "Only the last 37 months have days.")
        if query.resource == "customer_client":
            below = [
                each for each in self.customers.values() if customer.id in (each.id, *each.managers)
            ]
            return list(google_queries.list_clients(below, query))
        rows = list(google_queries.list_rows(customer, query, today, self.changes))
        is_report = query.days is not None
        if is_report and self.largest_rows is not None and len(rows) > self.largest_rows:
            raise GoogleError(500, "internalError", "DEADLINE_EXCEEDED", "Deadline exceeded.")
        return rows

    def _refuse_metrics(self, customer: Customer, query: Query) -> None:
        metrics = [name for name in query.fields if name.startswith("metrics.")]
        if metrics and customer.is_manager:
            words = "Metrics cannot be requested for a manager account."
            raise QueryError("queryError", "REQUESTED_METRICS_FOR_MANAGER", words)
        bad = [name for name in metrics if (query.resource, name[8:]) in self.prohibited]
        if bad:
            named = ", ".join(f"'{name[8:]}'" for name in bad)
            name = "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"
            words = f"Cannot select or filter on the following metrics: {named}."
            raise QueryError("queryError", name, words)


def _write_batches(rows: list[dict[str, Any]], size: int) -> Iterator[bytes]:
    """Yield the array; what has no rows has one batch that says so."""
    request_id = secrets.token_urlsafe(16)
    for at in range(0, max(len(rows), 1), size):
        batch = {"fieldMask": "segments.date", "requestId": request_id}
        part = rows[at : at + size]
        whole = {"results": part, **batch} if part else batch
        yield (b"," if at else b"[") + json.dumps(whole, indent=2).encode()
    yield b"]\n"


def _go_back(day: date, months: int) -> date:
    """Return the same day some months earlier, or the month's last where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(years, month + 1, number)
        except ValueError:
            continue
    return date(years, month + 1, day.day)


def _ended(words: str) -> Reply:
    return Reply({"error": "invalid_grant", "error_description": words}, 400)
