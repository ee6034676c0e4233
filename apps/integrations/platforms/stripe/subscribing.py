"""The endpoint of an account that is connected by a key of its own.

Stripe tells the secret that an endpoint's deliveries are signed with once, when it is made. An app
has one endpoint for all accounts that installed it, which is set at Stripe.
"""

from __future__ import annotations

from typing import ClassVar

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.shapes import read_as
from apps.integrations.platforms.stripe.answers import Listed, read_list
from apps.integrations.platforms.stripe.charges import CHANGES
from apps.integrations.platforms.subscriptions import Subscriber, Subscription

_PATH = "/v1/webhook_endpoints"


class _Endpoint(Listed):
    url: str
    status: str


class _NewEndpoint(Listed):
    secret: str


class StripeSubscriber(Subscriber):
    """One endpoint for each connection."""

    has_own_address: ClassVar = True
    is_of_keys: ClassVar = True

    def renew(self, api: Api, url: str, former: Subscription) -> Subscription:
        """Return the endpoint of an address: the known one, enabled again, or a new one.

        One whose secret is unknown, since the answer to its making was lost, is of no use.
        """
        own = [each for each in read_list(api, _PATH, {}, _Endpoint) if each.url == url]
        known = [each for each in own if each.id in former.ids and former.secret]
        for each in own:
            if each not in known:
                api.delete(f"{_PATH}/{each.id}")
        if not known:
            return _make(api, url)
        if known[0].status != "enabled":
            api.post_form(f"{_PATH}/{known[0].id}", {"disabled": "false"})
        return former

    def end(self, api: Api, former: Subscription) -> None:
        """Delete the endpoint."""
        for name in former.ids:
            api.delete(f"{_PATH}/{name}")


def _make(api: Api, url: str) -> Subscription:
    events = {f"enabled_events[{at}]": name for at, name in enumerate(CHANGES)}
    version = {"api_version": api.configuration.api_version}
    made = read_as(_NewEndpoint, api.post_form(_PATH, {"url": url, **version, **events}))
    return Subscription(ids=(made.id,), secret=made.secret)
