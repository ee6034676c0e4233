"""What the orders of a shop come to."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.integrations.platforms.rows import RefundRow, Slice
from deploy.sandbox.shopify_shop import Item
from tests.apps.integrations.platforms.shopify.conftest import FIRST, LAST

pytestmark = pytest.mark.django_db
CENT = 10_000


def days():
    return [FIRST + timedelta(days=each) for each in range((LAST - FIRST).days + 1)]


def net_by_day(rows):
    """What orders earn on their days and lose on their refunds' days, in cents."""
    zone, net = ZoneInfo("America/New_York"), Counter()
    for row in rows:
        if not row.is_test:
            net[row.at.astimezone(zone).date()] += row.revenue_micros // CENT
            for refund in row.refunds:
                net[refund.at.astimezone(zone).date()] -= refund.micros // CENT
    return {day: cents for day, cents in net.items() if cents}


class TestOrders:
    def test_come_to_what_the_shop_earned_each_day(self, read_shop, sample):
        rows = read_shop(sample).read()

        assert net_by_day(rows) == {day: cents for day, cents in sample.net.items() if cents}
        assert {row.currency for row in rows} == {"USD"}

    def test_are_the_same_in_pages_and_from_a_bulk_operation(self, read_shop, sample):
        reader = read_shop(sample)

        by_day = [row for day in days() for row in reader.read(day, day)]
        # Of the day whose one order has more agreements than a page shows.
        assert reader.count_asked("bulkOperationRunQuery") == 1
        whole = reader.read()
        assert reader.count_asked("bulkOperationRunQuery") == 2

        assert sorted(by_day, key=lambda row: row.id) == sorted(whole, key=lambda row: row.id)
        assert len(whole) == len(sample.orders)

    def test_that_were_edited_and_refunded_in_parts_keep_each_on_its_day(self, read_shop, empty):
        tent, lamp, boots = Item(24_900), Item(3500, 2, 500), Item(15_900)
        order = empty.place(empty.at(1), [tent, lamp])
        empty.add(order, empty.at(2), boots)
        empty.give_back(order, empty.at(3), lamp, reason="ORDER_EDIT")
        empty.give_back(order, empty.at(6), tent, kept=2000)

        [row] = read_shop(empty).read()

        assert row.revenue_micros == (24_900 + 6500 + 15_900) * CENT
        assert row.gross_micros == row.revenue_micros + 500 * CENT
        assert row.discount_micros == 500 * CENT
        assert row.quantity_micros == 4_000_000
        assert [(refund.at, refund.micros) for refund in row.refunds] == [
            (empty.at(3), 6500 * CENT),
            (empty.at(6), 22_900 * CENT),
        ]
        assert row.updated_at == empty.at(6)

    def test_in_another_currency_count_in_the_shops_and_keep_what_was_seen(self, read_shop, empty):
        given = empty.place(empty.at(1), [Item(10_000)], currency="EUR")
        empty.give_back(given, empty.at(2), Item(2000))
        empty.place(empty.at(1), [Item(10_000)])

        foreign, own = read_shop(empty).read()

        assert (foreign.currency, foreign.revenue_micros) == ("USD", 10_000 * CENT)
        assert foreign.presentment == ("EUR", 9200 * CENT)
        assert [each.presentment_micros for each in foreign.refunds] == [1840 * CENT]
        assert own.presentment is None

    def test_at_midnight_are_of_one_day(self, read_shop, empty):
        empty.place(empty.at(1, hour=0), [Item(1900)])
        reader = read_shop(empty)
        midnight = FIRST + timedelta(days=1)

        assert reader.read(FIRST, FIRST) == []
        assert len(reader.read(midnight, midnight)) == 1

    def test_of_tests_are_marked(self, read_shop, sample):
        assert sum(row.is_test for row in read_shop(sample).read()) == 3

    def test_earn_nothing_by_gift_cards(self, read_shop, empty):
        empty.place(empty.at(1), [Item(5000, kind="GIFT_CARD"), Item(1900)])

        [row] = read_shop(empty).read()

        assert row.revenue_micros == 1900 * CENT

    def test_that_were_cancelled_say_so_and_are_paid_back(self, read_shop, empty):
        order = empty.place(empty.at(1), [Item(1900)])
        empty.cancel(order, empty.at(2), [Item(1900)])

        [row] = read_shop(empty).read()

        assert row.status == "CANCELLED"
        assert [refund.micros for refund in row.refunds] == [row.revenue_micros]

    def test_whose_customer_pays_for_what_came_back_earn_that(self, read_shop, empty):
        order = empty.place(empty.at(1), [Item(1900)])
        empty.give_back(order, empty.at(2), Item(0), kept=300)

        [row] = read_shop(empty).read()

        assert (row.revenue_micros, row.refunds) == (2200 * CENT, ())

    def test_tell_who_is_new_where_the_shop_knows(self, read_shop, empty):
        for day in (1, 2):
            empty.place(empty.at(day), [Item(1900)], person=7)
        empty.place(empty.at(3), [Item(1900)], person=7, is_test=True)

        rows = read_shop(empty).read()

        assert [row.is_new_customer for row in rows] == [True, False, None]
        assert {row.customer for row in rows} == {"customer7@example.com"}

    def test_that_are_too_long_for_a_page_are_whole(self, read_shop, empty):
        order = empty.place(empty.at(1), [Item(100)] * 12)
        for day in range(2, 9):
            empty.give_back(order, empty.at(day), Item(100))

        [row] = read_shop(empty).read()

        assert row.revenue_micros == 1200 * CENT
        assert sum(refund.micros for refund in row.refunds) == 700 * CENT
        assert isinstance(row.refunds[0], RefundRow)


class TestChanges:
    def test_are_those_since_a_moment_and_at_it(self, read_shop, empty):
        old = empty.place(empty.at(1), [Item(1900)])
        empty.place(empty.at(2), [Item(1900)])
        empty.place(empty.at(5), [Item(1900)])
        empty.give_back(old, empty.at(4), Item(1900))

        rows = read_shop(empty).read(since=empty.at(4))

        assert [row.number for row in rows] == ["#1001", "#1009"]


class TestTotals:
    def test_are_the_orders_that_the_shop_counts_per_day(self, read_shop, sample):
        reader = read_shop(sample)

        wanted = Slice("orders", "", FIRST, LAST)
        totals = reader.adapter.read_totals(reader.api, reader.account, wanted)

        found = {total.date: total.micros // 1_000_000 for total in totals}
        assert found == {day: sample.counts[day] for day in days()}


class TestAccounts:
    def test_are_the_one_shop(self, read_shop, empty):
        account = read_shop(empty).account

        assert (account.id, account.currency, account.timezone) == (
            "northwind-sample.myshopify.com",
            "USD",
            "America/New_York",
        )

    def test_begin_with_the_shop_or_with_an_older_order_from_another_one(self, read_shop, empty):
        reader = read_shop(empty)
        begun = reader.account.began_on
        empty.place(empty.at(-400), [Item(1900)])

        assert begun == FIRST
        assert reader.adapter.identify(reader.api).began_on == FIRST - timedelta(days=400)
