"""A peer of Shopify: consent, the GraphQL Admin API for orders, and bulk operations.

From the vendor's pages on authorization code grants, expiring offline tokens, rate limits and bulk
operations, and from the schema of version 2026-10.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from deploy.sandbox import graphql
from deploy.sandbox.graphql import Connection, RefusedError
from deploy.sandbox.serving import Asked, ConsentPeer, Reply, route
from deploy.sandbox.shopify_shop import SampleShop, make_sample_shop
from deploy.sandbox.shopify_webhooks import Subscriptions

_TERM = re.compile(r"(\w+):(>=|<=|>|<|)'?([^'\s]+)'?")
_DEAREST = 1000
_DEEPEST, _AT_ONCE = 3, 5
_REFRESH_LIVES = 90 * 24 * 3600
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    "": lambda left, right: left == right,
}
#: A shop's name, of which the vendor has a host and a peer on loopback a folder.
_NAME = r"(?P<shop>[a-z0-9][a-z0-9-]*)"
_FIELDS = {"processed_at": "processedAt", "updated_at": "updatedAt", "test": "test"}


@dataclass
class Operation:
    """A bulk operation; it is under way until it was looked at so often."""

    id: str
    lines: list[dict[str, Any]]
    looks: int = 1
    status: str = "CREATED"
    error: str | None = None
    objects: int = 0
    roots: int = 0
    url: str | None = None
    partial_url: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Tell whether it has not come to its end."""
        return self.status in ("CREATED", "RUNNING")


class ShopifyPeer(ConsentPeer):
    """One shop, and the one app in it; there is no other shop.

    Attributes:
        shop: its orders; a test may let more happen to them.
        gives_endless: whether tokens have no end, as those of a shop's own app.
        is_installed: whether the app is in the shop still.
        bulk_faults: called in turn, once each, with an operation that has just completed.
        operations: bulk operations by id.
        subscriptions: to what is pushed.
        bulk_looks: how often an operation is seen under way.
        points: what the app may spend, at most; refilled by ``refill`` each second of ``clock``.
    """

    name = "Shopify"
    authorize_path = "/{shop}/admin/oauth/authorize"
    token_path = "/{shop}/admin/oauth/access_token"  # noqa: S105 - an address

    def __init__(
        self,
        port: int = 0,
        shop: SampleShop | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(port)
        self.clock = clock
        self.shop = shop or make_sample_shop(datetime.now(UTC).date())
        self.gives_endless, self.is_installed = False, True
        self.bulk_faults: list[Callable[[Operation], None]] = []
        self.bulk_looks = 1
        self.points, self.refill = 2000.0, 100.0
        self._left, self._left_at = self.points, clock()
        self.operations: dict[str, Operation] = {}
        self.subscriptions = Subscriptions(self.shop.domain, self.client_secret)
        self._files: dict[str, bytes] = {}
        self._ids = itertools.count(1)
        #: By refresh token the newer one, which ends it once it is used.
        self._followed: dict[str, str] = {}

    @route("GET", rf"/{_NAME}/admin/oauth/authorize")
    def authorize(self, asked: Asked, shop: str) -> Reply:
        """Let the owner consent, and lead back with what Shopify signs."""
        if not self.knows(shop):
            words = f"There is no shop {shop} here; the sample's is {self.shop.domain}."
            return Reply(words, 404, {"Content-Type": "text/plain"})
        reply = self.consent(asked)
        back = reply.headers.get("Location", "")
        if not back:
            return reply
        said = dict(parse_qsl(urlsplit(back).query))
        said |= {"shop": self.shop.domain, "timestamp": str(int(time.time()))}
        return self.send_back(asked.query["redirect_uri"], self.sign(said))

    def sign(self, said: dict[str, str]) -> dict[str, str]:
        """Return parameters with the signature over them."""
        message = "&".join(f"{name}={said[name]}" for name in sorted(said))
        digest = hmac.new(self.client_secret.encode(), message.encode(), hashlib.sha256)
        return {**said, "hmac": digest.hexdigest()}

    def knows(self, name: str) -> bool:
        """Tell whether a shop is here, by its name in addresses."""
        return self.shop.domain == f"{name}.myshopify.com"

    @route("POST", rf"/{_NAME}/admin/oauth/access_token")
    def token(self, asked: Asked, shop: str) -> Reply:
        """Give tokens for a code or a refresh token."""
        if not self.knows(shop):
            return Reply({"errors": "Not Found"}, 404)
        form = asked.form or asked.json
        own = (self.client_id, self.client_secret)
        if (form.get("client_id"), form.get("client_secret")) != own:
            return _refuse("application_cannot_be_found", "no such client", 400)
        if form.get("grant_type") == "refresh_token":
            return self._renew(form.get("refresh_token", ""))
        if self.codes.pop(form.get("code", ""), None) is None:
            return _refuse("invalid_request", "The authorization code was not found.", 400)
        return Reply(self.give_tokens(is_endless=self.gives_endless or form.get("expiring") != "1"))

    def give_tokens(self, *, is_endless: bool = False) -> dict[str, Any]:
        """Return a new pair of tokens, or one without end."""
        scope = "read_all_orders,read_customers,read_orders"
        if is_endless:
            token = f"shpat_{secrets.token_hex(8)}"
            self.access[token] = float("inf")
            return {"access_token": token, "scope": scope}
        return {
            **super().give_tokens(),
            "refresh_token_expires_in": _REFRESH_LIVES,
            "scope": scope,
        }

    def _renew(self, former: str) -> Reply:
        """Give a newer token; the former stays good until that is used, for lost answers."""
        with self.lock:
            if not self.is_installed or not self.refresh.get(former):
                return _refuse(
                    "invalid_request", "This request requires an active refresh_token", 401
                )
            for older, newer in self._followed.items():
                if newer == former:
                    self.refresh[older] = False
            tokens = self.give_tokens()
            self._followed[former] = tokens["refresh_token"]
        return Reply(tokens)

    @route("POST", "/admin/api/2026-10/graphql.json")
    def query(self, asked: Asked) -> Reply:
        """Answer a query."""
        token = asked.headers.get("x-shopify-access-token", "")
        if not (self.is_installed and self.is_good(token)):
            return Reply({"errors": "[API] Invalid API key or access token"}, 401)
        body = asked.json
        with self.lock:
            try:
                return self._answer(graphql.parse(body["query"]), body.get("variables") or {})
            except RefusedError as error:
                return Reply({"errors": [{"message": str(error)}]})

    def _answer(self, fields: list[graphql.Field], variables: dict[str, Any]) -> Reply:
        cost = graphql.price(fields)
        if cost > _DEAREST:
            return self._fail("MAX_COST_EXCEEDED", "Query cost exceeds the limit", cost)
        if cost > self._refilled():
            return self._fail("THROTTLED", "Throttled", cost)
        data = graphql.select(self._root(), fields, variables)
        spent = _count_objects(data)
        self._left -= spent
        return Reply({"data": data, "extensions": self._cost(cost, spent)})

    def _fail(self, code: str, words: str, cost: int) -> Reply:
        error = {"message": words, "extensions": {"code": code}}
        return Reply({"errors": [error], "extensions": self._cost(cost, None)})

    def _refilled(self) -> float:
        now = self.clock()
        self._left = min(self.points, self._left + (now - self._left_at) * self.refill)
        self._left_at = now
        return self._left

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        status = {
            "maximumAvailable": self.points,
            "currentlyAvailable": int(self._left),
            "restoreRate": self.refill,
        }
        return {
            "cost": {
                "requestedQueryCost": requested,
                "actualQueryCost": actual,
                "throttleStatus": status,
            }
        }

    def _root(self) -> dict[str, Any]:
        shop = self.shop
        return {
            "shop": {
                "name": shop.name,
                "myshopifyDomain": shop.domain,
                "currencyCode": shop.currency,
                "ianaTimezone": shop.timezone,
                "createdAt": shop.created_at,
            },
            "orders": self._search,
            "ordersCount": self._count,
            "bulkOperationRunQuery": self._run,
            "bulkOperation": self._look,
            "bulkOperationCancel": self._cancel,
            **self.subscriptions.fields,
        }

    def _search(self, query: str = "", sortKey: str = "ID", **_: Any) -> Connection:  # noqa: N803
        terms = _TERM.findall(query.replace(" AND ", " "))
        found = [order for order in self.shop.orders if _matches(order, terms)]
        if sortKey == "PROCESSED_AT":
            found.sort(key=lambda order: datetime.fromisoformat(order["processedAt"]))
        return Connection(found)

    def _count(self, query: str = "", limit: int | None = 10_000) -> dict[str, Any]:
        found = len(self._search(query).nodes)
        if limit is not None and found >= limit:
            return {"count": limit, "precision": "AT_LEAST"}
        return {"count": found, "precision": "EXACT"}

    def _run(self, query: str) -> dict[str, Any]:
        under_way = [each for each in self.operations.values() if each.is_under_way]
        if len(under_way) >= _AT_ONCE:
            error = {"code": "LIMIT_REACHED", "message": "Too many at once"}
            return {"bulkOperation": None, "userErrors": [error]}
        [orders] = graphql.parse(query)
        if graphql.measure_depth([orders]) > _DEEPEST:
            raise RefusedError("connections are nested too deep")
        lines = list(graphql.write_lines(self._search(orders.arguments["query"]), orders))
        # Children need not follow their parents.
        Random(len(lines)).shuffle(lines)  # noqa: S311 - an order that repeats, no secret
        operation = Operation(f"gid://shopify/BulkOperation/{next(self._ids)}", lines)
        operation.looks = self.bulk_looks
        self.operations[operation.id] = operation
        return {"bulkOperation": {"id": operation.id}, "userErrors": []}

    def _look(self, id: str) -> dict[str, Any]:  # noqa: A002 - the vendor's argument
        operation = self.operations[id]
        if operation.is_under_way:
            operation.looks -= 1
            operation.status = "RUNNING"
            if operation.looks < 0:
                self._complete(operation)
        return {
            "status": operation.status,
            "errorCode": operation.error,
            "objectCount": str(operation.objects),
            "rootObjectCount": str(operation.roots),
            "url": operation.url,
            "partialDataUrl": operation.partial_url,
        }

    def _complete(self, operation: Operation) -> None:
        operation.status = "COMPLETED"
        operation.objects = len(operation.lines)
        operation.roots = sum("__parentId" not in line for line in operation.lines)
        if operation.lines:
            operation.url = self.keep_file(operation.lines)
        if self.bulk_faults:
            self.bulk_faults.pop(0)(operation)

    def _cancel(self, id: str) -> dict[str, Any]:  # noqa: A002 - the vendor's argument
        self.operations[id].status = "CANCELED"
        return {"userErrors": []}

    def keep_file(self, lines: list[dict[str, Any]]) -> str:
        """Keep a file of lines; return where it can be had, without a token."""
        name = secrets.token_hex(8)
        self._files[name] = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
        return f"{self.url}/files/{name}.jsonl"

    @route("GET", r"/files/(?P<name>\w+)\.jsonl")
    def file(self, asked: Asked, name: str) -> Reply:
        """Give a file of a bulk operation."""
        if name not in self._files:
            return Reply({"errors": "expired"}, 404)
        return Reply(self._files[name], headers={"Content-Type": "application/jsonl"})


def _matches(order: dict[str, Any], terms: list[tuple[str, str, str]]) -> bool:
    for name, operator, wanted in terms:
        if name not in _FIELDS:
            raise RefusedError(f"orders have no filter {name}")
        value = order[_FIELDS[name]]
        text = str(value).lower() if isinstance(value, bool) else value
        if not _COMPARE[operator](text, wanted):
            return False
    return True


def _refuse(error: str, words: str, status: int) -> Reply:
    return Reply({"error": error, "error_description": words}, status)


def _count_objects(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(_count_objects(each) for each in value.values())
    return sum(_count_objects(each) for each in value) if isinstance(value, list) else 0
