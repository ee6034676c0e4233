"""What Triple Whale sums up and which clicks it tells of, and what its refusals lead to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.integrations.calling.operations.opening import open_api
from apps.integrations.platforms.refusals import (
    AccessLostError,
    GrantEndedError,
    IncompleteError,
    MalformedError,
    RequestRefusedError,
    ThrottledError,
)
from apps.integrations.platforms.rows import Slice
from apps.integrations.platforms.triplewhale.adapter import TripleWhaleAdapter
from deploy.sandbox.serving import Reply
from omnify.money import to_micros
from tests.apps.integrations.calling.scripted import Clock
from tests.apps.integrations.platforms.connected import connected
from tests.peers.triplewhale import KEY, SHOP, TripleWhalePeer

TODAY = date(2026, 11, 25)
ADAPTER = TripleWhaleAdapter()
FACTS = {"shop": SHOP}


@pytest.fixture
def peer():
    with TripleWhalePeer(TODAY) as peer:
        yield peer


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def api(peer, owner, clock):
    with connected(
        "triplewhale", peer, owner.organization_id, facts=FACTS, token=KEY
    ) as connection:
        yield open_api(connection, clock=clock)


def read(api, first, last, stream="metrics"):
    level = "account" if stream == "metrics" else ""
    wanted = Slice(stream=stream, level=level, first=first, last=last)
    return list(ADAPTER.read(api, ADAPTER.identify(api), wanted))


def days_before(number):
    return TODAY - timedelta(days=number)


class TestAccounts:
    def test_is_the_shop_in_the_money_of_its_orders(self, api):
        account = ADAPTER.identify(api)

        assert (account.id, account.currency, account.timezone) == (SHOP, "GBP", "UTC")

    def test_that_is_not_connected_there_is_told_from_a_failure(self, peer, api):
        peer.shops = set()

        with pytest.raises(AccessLostError, match="is it connected"):
            ADAPTER.identify(api)

    def test_has_to_be_named(self, peer, owner, clock):
        with (
            connected("triplewhale", peer, owner.organization_id, token=KEY) as connection,
            pytest.raises(RequestRefusedError, match="Name the shop"),
        ):
            ADAPTER.identify(open_api(connection, clock=clock))

    def test_of_a_key_that_is_refused_ends_the_grant(self, peer, owner, clock):
        with (
            connected(
                "triplewhale", peer, owner.organization_id, facts=FACTS, token="other"
            ) as connection,
            pytest.raises(GrantEndedError),
        ):
            ADAPTER.identify(open_api(connection, clock=clock))


class TestNumbers:
    def test_are_those_of_the_summary_page_day_by_day(self, peer, api):
        rows = read(api, days_before(4), TODAY)

        assert [(row.date, row.micros) for row in rows] == [
            (
                day,
                {
                    "revenue": to_micros(Decimal(str(peer.days[day]["netSales"]))),
                    "orders": 3_000_000,
                    "spend": to_micros(Decimal(str(peer.days[day]["blendedAds"]))),
                },
            )
            for day in (days_before(number) for number in range(4, -1, -1))
        ]
        assert [row.date for row in rows if row.is_provisional] == [TODAY]
        hours = [each.json["todayHour"] for each in peer.asked_of("summary-page")]
        assert hours == [25, 25, 25, 25, 13]

    def test_that_a_page_lacks_are_unknown(self, peer, api):
        del peer.days[TODAY]["blendedAds"]

        [row] = read(api, TODAY, TODAY)

        assert set(row.micros) == {"revenue", "orders"}

    def test_of_a_page_without_any_are_not_kept(self, peer, api):
        peer.days[TODAY] = {"mer": 0.3}

        with pytest.raises(MalformedError):
            read(api, TODAY, TODAY)

    def test_of_a_shop_without_orders_are_of_no_money(self, peer, api):
        peer.orders = []

        with pytest.raises(RequestRefusedError) as caught:
            read(api, TODAY, TODAY)
        assert caught.value.code == "currency_unknown"


class TestTouches:
    def test_are_the_clicks_before_each_order_once(self, peer, api):
        rows = read(api, days_before(1), TODAY, "touchpoints")

        by_order = {}
        for row in rows:
            by_order.setdefault(row.order_id, []).append((row.channel, row.campaign, row.customer))
        # The third order has both clicks by models that have one each.
        assert by_order == {
            "5000000": [("facebook-ads", "c0", "700")],
            "5000001": [("google-ads", "g1", "701"), ("facebook-ads", "c1", "701")],
            "5000002": [("facebook-ads", "c2", "702")],
            "5000003": [("google-ads", "g1", "703"), ("facebook-ads", "c3", "703")],
            "5000004": [("facebook-ads", "c0", "704")],
            "5000005": [("google-ads", "g1", "700"), ("facebook-ads", "c1", "700")],
        }

    def test_of_more_orders_than_a_page_has_are_all_read(self, peer, api):
        at = peer.orders[1]["created_at"]
        template = dict(peer.orders[0], created_at=at)
        peer.orders += [template | {"order_id": 9_000_000 + number} for number in range(250)]

        rows = read(api, TODAY, TODAY, "touchpoints")

        assert len({row.order_id for row in rows}) == 253
        # One page tells the money, three have the orders.
        assert len(peer.asked_of("/attribution/")) == 4

    def test_of_which_some_are_missing_are_not_kept(self, peer, api):
        account = ADAPTER.identify(api)

        def cut(asked):
            reply = peer.journeys(asked)
            return Reply(reply.body | {"ordersWithJourneys": reply.body["ordersWithJourneys"][1:]})

        peer.faults += [cut, cut]
        wanted = Slice(stream="touchpoints", level="", first=TODAY, last=TODAY)

        with pytest.raises(IncompleteError, match="has 3 orders and gave 2"):
            list(ADAPTER.read(api, account, wanted))


class TestRefusals:
    def test_wait_as_long_as_they_say(self, peer, api, clock):
        peer.faults.append(lambda _: Reply({"message": "slow"}, 429, {"Retry-After": "45"}))

        with pytest.raises(ThrottledError) as caught:
            ADAPTER.identify(api)
        assert caught.value.until - clock.now() == timedelta(seconds=45)

    def test_of_a_scope_lose_access(self, peer, api):
        peer.faults.append(lambda _: Reply({"message": "Access Denied"}, 403))

        with pytest.raises(AccessLostError):
            ADAPTER.identify(api)
