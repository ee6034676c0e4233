"""The peers that syncs ask, in a process of their own, which is never killed."""

import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime

from deploy.sandbox.__main__ import name_settings
from deploy.sandbox.google_ads import GoogleAdsPeer
from deploy.sandbox.meta_ads import MetaAdsPeer
from deploy.sandbox.shopify import ShopifyPeer
from deploy.sandbox.shopify_shop import make_sample_shop
from omnify.topology.processes import die_with_parent

#: Days of a shop's orders, of which the last ones are read.
SHOP_DAYS = 100


class Shop(ShopifyPeer):
    """A shop whose bulk operations come to their end by themselves.

    One that nobody looks at again, since its process was killed, would hold a place for ever.
    """

    def _run(self, query):
        for each in self.operations.values():
            if each.is_under_way:
                self._complete(each)
        return super()._run(query)


def serve():
    """Print settings and tokens as one line of JSON, and serve until the input ends."""
    die_with_parent()
    now = datetime.now(UTC)
    google, meta = GoogleAdsPeer(), MetaAdsPeer()
    # What is known of a day stays as it is now, however long the proof takes.
    google.now = meta.now = lambda: now
    shopify = Shop(shop=make_sample_shop(now.date(), days=SHOP_DAYS))
    shopify.points = shopify.refill = 1e9
    peers = {"google_ads": google, "meta_ads": meta, "shopify": shopify}
    with ExitStack() as serving:
        settings = {}
        for name, peer in peers.items():
            serving.enter_context(peer)
            settings |= name_settings(name, peer)
        tokens = {name: peer.give_tokens() for name, peer in peers.items()}
        print(json.dumps({"settings": settings, "tokens": tokens}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve()
