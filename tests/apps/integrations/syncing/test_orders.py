"""Orders of a shop: as they stand now, summed by day, found by their changes."""

import json
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from django.db import DatabaseError

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import Connection
from apps.integrations.contract import Integrations, OrdersQuery
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.orders.models import Order
from apps.integrations.platforms.rows import OrderRow, RefundRow, TouchRow
from apps.integrations.platforms.specs import StreamSpec
from apps.integrations.syncing.models import SyncRun
from apps.integrations.syncing.operations import ordering
from apps.integrations.touchpoints.models import Touchpoint
from omnify.events.models import Outbox
from omnify.services import client_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
UNIT = 1_000_000


def order(number, *, ago=timedelta(days=2), revenue=10, changed=None, **others):
    at = NOON - ago
    return OrderRow(
        id=f"id-{number}",
        number=f"#{number}",
        at=at,
        updated_at=changed or at,
        currency=others.pop("currency", "EUR"),
        revenue_micros=revenue * UNIT,
        gross_micros=revenue * UNIT,
        customer=others.pop("customer", "ada@example.com"),
        **others,
    )


def refund(number, *, ago, amount):
    return RefundRow(id=f"refund-{number}", at=NOON - ago, micros=amount * UNIT)


@pytest.fixture
def shop(syncs, platform):
    """The orders that the platform has, as it gives them: by day, or by their change."""
    orders = []
    streams = (
        StreamSpec(name="orders", slice_days=20, by_change=True),
        StreamSpec(name="touchpoints", slice_days=20, by_change=True),
    )
    platform.spec = msgspec.structs.replace(platform.spec, streams=streams, history_days=60)
    platform.totals = lambda *_: None

    def rows(_, __, wanted):
        for each in orders:
            if isinstance(each, TouchRow) != (wanted.stream == "touchpoints"):
                continue
            stamp = getattr(each, "updated_at", each.at)
            if wanted.since and stamp >= wanted.since:
                yield each
            if not wanted.since and wanted.first <= each.at.date() <= wanted.last:
                yield each

    platform.rows = rows
    return orders


def days_of(event):
    told = json.loads(bytes(event.payload))
    return told["first_date"], told["last_date"]


def sums():
    rows = DailyMetric.objects.filter(level="organization").order_by("date")
    return {
        row.date.isoformat(): (row.revenue_micros // UNIT, row.orders_micros // UNIT)
        for row in rows
    }


class TestOrders:
    def test_fill_up_until_all_days_are_read(self, syncs, shop):
        shop.append(order(1))

        def report(done, *_):
            if done == 2:
                row = syncs.client.get(syncs.path).json()
                assert (row["state"], row["sentence"].partition(",")[0]) == (
                    "backfilling",
                    "40 of 120 days are here",
                )

        syncs.go(syncs.start().json()["id"], report)

        row = syncs.client.get(syncs.path).json()
        assert (row["state"], row["sentence"]) == ("healthy", "Complete to 24 November 2026.")

    def test_of_a_shop_that_sold_nothing_are_complete(self, syncs, shop):
        syncs.run()

        assert syncs.client.get(syncs.path).json()["state"] == "healthy"

    def test_are_read_whole_whatever_the_depth_of_metrics(self, syncs, shop):
        shop += [order(1), order(2, ago=timedelta(days=50), revenue=7)]
        run = syncs.run()

        assert run["state"] == "succeeded", run
        assert sums() == {"2026-10-06": (7, 1), "2026-11-23": (10, 1)}
        levels = syncs.client.get(syncs.path).json()["complete_levels"]
        assert levels == {"orders": "organization", "revenue": "organization"}
        told = Outbox.objects.filter(topic="integrations.orders.changed")
        assert [days_of(each) for each in told] == [
            ("2026-11-23", "2026-11-23"),
            ("2026-10-06", "2026-10-06"),
        ]

    def test_of_which_a_day_has_the_same_sums_are_told_of_alone(self, syncs, shop):
        shop.append(order(1))
        syncs.run()
        Outbox.objects.all().delete()
        shop[:] = [msgspec.structs.replace(order(1), status="fulfilled")]
        syncs.run(**{"from": "2026-11-01"})

        told = {each.topic for each in Outbox.objects.filter(topic__endswith=".changed")}
        assert told == {"integrations.orders.changed"}
        assert sums() == {"2026-11-23": (10, 1)}

    def test_are_asked_from_the_beginning_of_the_shop_on(self, syncs, shop, platform):
        PlatformAccount.objects.update(began_on=date(2026, 11, 20))
        shop.append(order(1))
        syncs.run()

        asked = {(wanted.first, wanted.last) for _, wanted in platform.asked}
        freshness = syncs.client.get(f"{syncs.path}/freshness").json()
        assert asked == {(date(2026, 11, 20), date(2026, 11, 25))}
        assert (freshness["history_from"], freshness["began_on"]) == ("2026-11-20",) * 2

    @pytest.mark.parametrize(
        ("scopes", "first"),
        [([], "2026-09-27"), (["all"], "2026-09-27"), (["few"], "2026-11-16")],
    )
    def test_are_whole_as_far_back_as_was_granted(self, syncs, shop, platform, scopes, first):
        streams = tuple(
            msgspec.structs.replace(each, long_scope="all", short_days=10)
            for each in platform.spec.streams
        )
        platform.spec = msgspec.structs.replace(platform.spec, streams=streams)
        Connection.objects.update(scopes=scopes)
        syncs.run()

        assert syncs.client.get(f"{syncs.path}/freshness").json()["history_from"] == first

    def test_that_change_are_found_though_their_stamp_is_a_little_old(self, syncs, shop):
        shop.append(order(1))
        syncs.run()
        syncs.wait(hours=1)
        stamp = NOON - timedelta(seconds=5)
        shop[:] = [order(1, revenue=4, changed=stamp), order(2, changed=stamp)]
        run = syncs.run()

        assert sums() == {"2026-11-23": (14, 2)}
        assert (run["rows"]["new"], run["rows"]["changed"]) == (1, 1)
        assert [wanted.since for _, wanted in syncs.platform.asked] == [
            NOON - timedelta(minutes=10)
        ] * 2

    def test_come_as_changes_alone_from_then_on(self, syncs, shop):
        syncs.run()
        for _ in range(3):
            syncs.wait(days=2)
            syncs.run()

        assert all(wanted.since for _, wanted in syncs.platform.asked)
        assert len(syncs.platform.asked) == 2

    def test_that_are_paid_back_count_less_on_the_day_of_paying(self, syncs, shop):
        parts = (
            refund(1, ago=timedelta(days=1), amount=3),
            refund(2, ago=timedelta(0), amount=2),
        )
        shop.append(order(1, refunds=parts))
        syncs.run()
        syncs.wait(hours=1)
        edited = order(1, revenue=9, refunds=parts[:1], changed=NOON)
        shop[:] = [edited]
        syncs.run()

        assert sums() == {"2026-11-23": (9, 1), "2026-11-24": (-3, 0)}
        refunds = Order.objects.filter(is_refund=True).values_list("refund_micros", "date")
        assert list(refunds) == [(3 * UNIT, date(2026, 11, 24))]

    def test_of_tests_and_other_money_are_kept_and_not_counted(self, syncs, shop):
        shop += [order(1), order(2, is_test=True), order(3, currency="USD")]
        syncs.run()

        assert Order.objects.count() == 3
        assert sums() == {"2026-11-23": (10, 1)}

    def test_that_are_none_any_more_or_never_were_go(self, syncs, shop):
        shop += [order(1), order(2), order(3, is_gone=True)]
        syncs.run()
        before = sums()
        syncs.wait(hours=1)
        shop[:] = [order(2, is_gone=True, changed=NOON)]
        run = syncs.run()

        assert (before, sums()) == ({"2026-11-23": (20, 2)}, {"2026-11-23": (10, 1)})
        assert run["rows"]["removed"] == 1

    def test_keep_what_the_customer_saw_and_what_it_was_before_discounts(self, syncs, shop):
        back = refund(1, ago=timedelta(days=1), amount=3)
        back = msgspec.structs.replace(back, presentment_micros=2 * UNIT)
        foreign = order(1, presentment=("CHF", 9 * UNIT), refunds=(back,))
        shop += [msgspec.structs.replace(foreign, gross_micros=12 * UNIT), order(2)]
        syncs.run()

        days = OrdersQuery(from_date=date(2026, 11, 1), to_date=date(2026, 11, 30))
        seen = [
            (each.gross_micros, each.presentment_currency, each.presentment_micros)
            for each in client_of(Integrations).orders(days).orders
        ]
        assert sorted(seen, key=str) == [
            (10 * UNIT, "", None),
            (12 * UNIT, "CHF", 9 * UNIT),
            (None, "CHF", 2 * UNIT),
        ]
        assert sums() == {"2026-11-23": (20, 2), "2026-11-24": (-3, 0)}

    def test_tell_when_changes_were_forgotten_meanwhile(self, syncs, shop, platform):
        platform.spec = msgspec.structs.replace(platform.spec, remembered_days=29)
        first = syncs.run()
        syncs.wait(days=28)
        soon = syncs.run()
        syncs.wait(days=40)
        late = syncs.run()

        assert first["notices"] == soon["notices"] == []
        [notice] = late["notices"]
        assert notice["code"] == "changes_forgotten"
        assert "29 days and was asked last on 23 December 2026" in notice["message"]

    def test_stay_where_a_list_does_not_name_them(self, syncs, shop):
        shop += [order(1), order(2)]
        syncs.run()
        del shop[1]
        syncs.run(**{"from": "2026-11-01"})

        assert sums() == {"2026-11-23": (20, 2)}

    def test_hold_no_customer_in_clear(self, syncs, shop):
        shop += [order(1), order(2, customer="ADA@example.com"), order(3, customer="")]
        syncs.run()

        found = dict(Order.objects.values_list("number", "customer"))
        assert found["#1"] == found["#2"] != found["#3"] == ""
        assert "@" not in found["#1"]

    def test_are_not_kept_without_their_cursor(self, syncs, shop, monkeypatch):
        shop.append(order(1))

        def fail(*_):
            raise DatabaseError("disk full")

        with monkeypatch.context() as patch:
            patch.setattr(ordering, "_move_cursor", fail)
            with pytest.raises(DatabaseError):
                syncs.run()

        assert (Order.objects.count(), sums()) == (0, {})
        assert SyncRun.objects.get().state == "failed"

    def test_are_equal_after_a_process_that_died(self, syncs, shop, monkeypatch):
        shop += [order(number) for number in range(7)]
        monkeypatch.setattr(ordering, "BATCH", 2)
        run_id = syncs.start().json()["id"]
        replace, done = ordering._replace_orders, []

        def dying(*arguments):
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(replace(*arguments))

        with monkeypatch.context() as patch:
            patch.setattr(ordering, "_replace_orders", dying)
            with pytest.raises(KeyboardInterrupt):
                syncs.go(run_id)
        assert sums() == {"2026-11-23": (40, 4)}

        assert syncs.go(run_id)["state"] == "succeeded"
        assert sums() == {"2026-11-23": (70, 7)}
        assert Order.objects.count() == 7


class TestTouchpoints:
    def test_are_kept_once(self, syncs, shop):
        touch = TouchRow(
            id="t1", at=NOON - timedelta(days=1), customer="ada@example.com", channel="Meta"
        )
        shop.append(touch)
        syncs.run()
        syncs.run(**{"from": "2026-11-01"})

        [told] = Outbox.objects.filter(topic="integrations.touchpoints.changed")
        assert days_of(told) == ("2026-11-24", "2026-11-24")
        assert not Outbox.objects.filter(topic="integrations.metrics.changed").exists()
        [row] = Touchpoint.objects.all()
        assert (row.channels, row.date) == (("Meta",), date(2026, 11, 24))


class TestAggregators:
    def test_are_added_nowhere(self, syncs, shop, platform):
        platform.spec = msgspec.structs.replace(platform.spec, role="aggregator")
        shop.append(order(1))
        syncs.run()

        assert syncs.client.get(syncs.path).json()["complete_levels"] == {}
