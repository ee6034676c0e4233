"""The visits before the orders of a shop."""

import pytest

from deploy.sandbox.shopify_shop import Item

pytestmark = pytest.mark.django_db
VISITS = [("google", "cpc", "brand"), ("", "", "")]


class TestTouchpoints:
    def test_are_the_visits_with_their_source_and_campaign(self, read_shop, empty):
        order = empty.place(empty.at(1), [Item(1900)], person=3, visits=VISITS)

        rows = read_shop(empty).read(stream="touchpoints")

        assert [(row.channel, row.campaign) for row in rows] == [
            ("google", "brand"),
            ("direct", ""),
        ]
        assert {(row.customer, row.order_id) for row in rows} == {
            ("customer3@example.com", order["id"])
        }
        assert rows[0].at < rows[1].at < empty.at(1)

    def test_of_tests_are_none(self, read_shop, empty):
        empty.place(empty.at(1), [Item(1900)], visits=VISITS, is_test=True)

        assert read_shop(empty).read(stream="touchpoints") == []

    def test_come_once_the_shop_has_found_them(self, read_shop, empty):
        order = empty.place(empty.at(1), [Item(1900)], visits=VISITS)
        order["customerJourneySummary"]["ready"] = False
        reader = read_shop(empty)

        assert reader.read(stream="touchpoints", since=empty.at(0)) == []
        order["customerJourneySummary"]["ready"] = True
        # The order has not changed since; its visits were found later.
        assert len(reader.read(stream="touchpoints", since=empty.at(1, 18))) == 2

    def test_of_many_orders_are_all_there(self, read_shop, sample):
        rows = read_shop(sample).read(stream="touchpoints")

        visits = [
            visit["id"]
            for order in sample.orders
            if not order["test"]
            for visit in order["customerJourneySummary"]["moments"].nodes
        ]
        assert sorted(row.id for row in rows) == sorted(visits)
