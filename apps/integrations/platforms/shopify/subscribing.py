"""Subscriptions of a shop, which Shopify deletes after eight deliveries that failed.

Topics of privacy are not among them: they are set once for the app.
"""

from __future__ import annotations

from typing import Final

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.refusals import RequestRefusedError
from apps.integrations.platforms.shopify import queries
from apps.integrations.platforms.shopify.reading import ask
from apps.integrations.platforms.subscriptions import Subscriber, Subscription

TOPICS: Final = ("ORDERS_CREATE", "ORDERS_UPDATED", "REFUNDS_CREATE", "APP_UNINSTALLED")


class ShopifySubscriber(Subscriber):
    """A subscription for each topic, all to the app's one address."""

    def renew(self, api: Api, url: str, former: Subscription) -> Subscription:
        """Return the subscriptions of all topics, of which the missing ones are made."""
        found = ask(api, queries.SUBSCRIPTIONS, {"uri": url})["webhookSubscriptions"]["nodes"]
        known = {each["topic"]: str(each["id"]) for each in found}
        return Subscription(ids=tuple(known.get(each) or _make(api, each, url) for each in TOPICS))

    def end(self, api: Api, former: Subscription) -> None:
        """Delete them; one that is gone already is no error."""
        for name in former.ids:
            ask(api, queries.UNSUBSCRIBE, {"id": name}, is_read=False)


def _make(api: Api, topic: str, url: str) -> str:
    variables = {"topic": topic, "to": {"uri": url, "format": "JSON"}}
    made = ask(api, queries.SUBSCRIBE, variables, is_read=False)["webhookSubscriptionCreate"]
    for error in made["userErrors"]:
        raise RequestRefusedError(
            f"Shopify subscribes {topic} to nothing: {error['message'][:200]}"
        )
    return str(made["webhookSubscription"]["id"])
