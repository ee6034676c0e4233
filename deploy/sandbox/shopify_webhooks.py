"""The webhooks of a peer of Shopify: subscriptions, and deliveries that are signed.

From the vendor's pages on subscriptions, on verifying deliveries and on retries: a subscription to
which eight deliveries in a row fail is deleted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deploy.sandbox.graphql import Connection

#: Sends a body with headers to an address; returns the status of its answer.
Deliver = Callable[[str, dict[str, str], bytes], int]
_MOST_FAILURES = 8
_OK = range(200, 300)


@dataclass
class Subscription:
    """A topic that is pushed to an address."""

    id: str
    topic: str
    uri: str
    failures: int = 0


class Subscriptions:
    """The subscriptions of an app in a shop."""

    def __init__(self, domain: str, secret: str) -> None:
        self._domain, self._secret = domain, secret
        self.all: list[Subscription] = []
        self._ids = itertools.count(1)

    @property
    def fields(self) -> dict[str, Any]:
        """What the Admin API has of them."""
        return {
            "webhookSubscriptions": self._list,
            "webhookSubscriptionCreate": self._create,
            "webhookSubscriptionDelete": self._delete,
        }

    def push(self, topic: str, body: Any, deliver: Deliver) -> None:
        """Push an event of a topic to whoever subscribed to it."""
        for each in [each for each in self.all if each.topic == topic]:
            data = json.dumps(body).encode()
            digest = hmac.new(self._secret.encode(), data, hashlib.sha256).digest()
            headers = {
                "X-Shopify-Topic": topic.lower().replace("_", "/", 1),
                "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
                "X-Shopify-Shop-Domain": self._domain,
                "X-Shopify-Event-Id": f"event-{next(self._ids)}",
            }
            each.failures = 0 if deliver(each.uri, headers, data) in _OK else each.failures + 1
            if each.failures >= _MOST_FAILURES:
                self.all.remove(each)

    def _list(self, uri: str | None = None, **_: Any) -> Connection:
        found = [each for each in self.all if uri in (None, each.uri)]
        return Connection([{"id": each.id, "topic": each.topic, "uri": each.uri} for each in found])

    def _create(self, topic: str, webhookSubscription: dict[str, str]) -> dict[str, Any]:  # noqa: N803 - the vendor's
        uri = webhookSubscription["uri"]
        is_taken = any((each.topic, each.uri) == (topic, uri) for each in self.all)
        if is_taken or not uri.startswith("https://"):
            words = "Address for this topic has already been taken" if is_taken else "Not https"
            return {"webhookSubscription": None, "userErrors": [{"message": words}]}
        made = Subscription(f"gid://shopify/WebhookSubscription/{next(self._ids)}", topic, uri)
        self.all.append(made)
        return {"webhookSubscription": {"id": made.id}, "userErrors": []}

    def _delete(self, id: str) -> dict[str, Any]:  # noqa: A002 - the vendor's argument
        left = [each for each in self.all if each.id != id]
        is_known, self.all = len(left) < len(self.all), left
        return {"userErrors": [] if is_known else [{"message": "not found"}]}
