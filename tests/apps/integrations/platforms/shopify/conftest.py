"""A shop on a peer, and the connection to it."""

from datetime import date, timedelta

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.rows import Slice
from deploy.sandbox.shopify import ShopifyPeer
from deploy.sandbox.shopify_shop import SampleShop, make_sample_shop
from tests.apps.integrations.calling.scripted import Clock
from tests.apps.integrations.platforms.connected import connected

#: The clocks of New York go back on 1 November 2026.
LAST = date(2026, 11, 8)
FIRST = LAST - timedelta(days=13)


class Reader:
    """Reads a shop as a sync does."""

    def __init__(self, peer, connection, clock):
        self.peer, self.shop, self.clock = peer, peer.shop, clock
        self.api = open_api(connection, clock=clock)
        self.adapter = get_adapter("shopify")
        self.account = self.adapter.identify(self.api)

    def read(self, first=FIRST, last=LAST, *, stream="orders", since=None):
        wanted = Slice(stream, "", first, last, since=since)
        return list(self.adapter.read(self.api, self.account, wanted))

    def count_asked(self, part):
        """How many queries have a text in them."""
        return sum(part in asked.json["query"] for asked in self.peer.asked_of("graphql"))


@pytest.fixture(scope="module")
def sample():
    """A shop that nobody changes."""
    return make_sample_shop(LAST, days=14)


@pytest.fixture
def read_shop(owner):
    """Open a reader of a shop."""
    opened = []

    def open_reader(shop):
        clock = Clock()
        peer = ShopifyPeer(shop=shop, clock=lambda: clock.now().timestamp()).__enter__()
        way = connected("shopify", peer, owner.organization_id, facts={"shop": "northwind-sample"})
        opened.extend((peer, way))
        return Reader(peer, way.__enter__(), clock)

    yield open_reader
    for each in reversed(opened):
        each.__exit__(None, None, None)


@pytest.fixture
def empty():
    """A shop in which nothing has happened yet."""
    return SampleShop(first=FIRST, days=14, per_day=0)
