"""Files of orders and touchpoints, from the request to what other services are told."""

from datetime import date
from uuid import UUID

import pytest

from apps.integrations.contract import (
    DailyMetricsQuery,
    Integrations,
    OrdersQuery,
    TouchpointsQuery,
)
from apps.integrations.models import LayerChunk, Order, Touchpoint
from omnify.context import acting_as
from omnify.services import client_of
from tests.apps.integrations.requests import send

pytestmark = pytest.mark.django_db
DAYS = {"from_date": date(2026, 1, 1), "to_date": date(2026, 12, 31)}
ORDERS = {
    "kind": "orders",
    "source": "shop",
    "date": "day",
    "customer": "who",
    "revenue": "total",
    "order": "no",
    "currency": "EUR",
}
FILE = """\
day,who,total,no
2026-01-01,Jane@doe.de,10,1
2026-01-01,john,0,2
2026-01-02,jane@doe.de,5,3
"""
PATHS = {"kind": "touchpoints", "source": "paths", "at": "day", "path": "path", "conversions": "n"}
PATHS_FILE = "day,path,n\n2026-01-01,alpha > Iota > alpha,2\n2026-01-02,iota,0\n"
STRIPE = (
    "id,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer Email,Refunded date (UTC)\n"
)
STRIPE_MAPPING = ORDERS | {
    "date": "Created (UTC)",
    "customer": "Customer Email",
    "revenue": "Amount",
    "order": "id",
}


@pytest.fixture
def integrations(registered, make_principal):
    organization_id = registered.get("/api/organizations/me").json()["id"]
    with acting_as(make_principal(organization_id=UUID(organization_id))):
        yield client_of(Integrations)


def without(mapping, field):
    return {key: value for key, value in mapping.items() if key != field}


def totals(client, *measures, first="2026-01-01", last="2026-12-31"):
    query = {"measures": measures, "from": first, "to": last}
    return client.post("/api/analytics/query", query, format="json").json()["totals"]


def by_day(client, *measures):
    query = {
        "measures": measures,
        "dimensions": ["period"],
        "grain": "day",
        "from": "2026-01-01",
        "to": "2026-01-31",
    }
    rows = client.post("/api/analytics/query", query, format="json").json()["rows"]
    return {row["period"]: tuple(row[measure] for measure in measures) for row in rows}


def undo(client, answer):
    path = f"/api/integrations/imports/{answer.json()['import_id']}"
    assert client.delete(path).status_code == 204


def orders_of(integrations, **changes):
    return integrations.orders(OrdersQuery(**DAYS | changes)).orders


def touchpoints_of(integrations, **changes):
    return integrations.touchpoints(TouchpointsQuery(**DAYS | changes)).touchpoints


class TestOrders:
    def test_come_with_the_day_s_revenue_and_number(self, registered, integrations):
        answer = send(registered, FILE, ORDERS)

        assert answer.status_code == 201, answer.json()
        assert (answer.json()["orders"], answer.json()["metrics"]) == (3, 2)
        assert totals(registered, "revenue", "orders") == {"revenue": "15.00", "orders": "3"}
        assert by_day(registered, "revenue", "orders")["2026-01-01"] == ("10.00", "2")
        found = orders_of(integrations)
        assert [(each.number, each.revenue_micros) for each in found] == [
            ("1", 10_000_000),
            ("2", 0),
            ("3", 5_000_000),
        ]
        assert found[0].customer == found[2].customer != found[1].customer

    def test_have_no_customer_where_the_file_names_none(self, registered, integrations):
        text = "Order Number,Order Date,Order Total Amount\n7,2026-01-01,10\n"
        proposal = send(registered, text, None, query="?preview=true").json()["proposal"]

        answer = send(registered, text, proposal | {"currency": "EUR"})

        assert answer.status_code == 201, answer.json()
        [order] = orders_of(integrations)
        assert (order.number, order.customer) == ("7", "")

    def test_keep_no_customer_by_name(self, registered):
        send(registered, FILE, ORDERS)

        kept = repr(list(Order.unscoped.values_list())).casefold()
        content = b"".join(bytes(each.content) for each in LayerChunk.unscoped.all())
        assert "doe" not in kept
        assert b"doe" not in content

    def test_that_a_later_file_no_longer_has_are_removed(self, registered, integrations):
        send(registered, FILE, ORDERS)

        answer = send(registered, "day,who,total,no\n2026-01-01,jane,12,1\n", ORDERS).json()

        assert [(each.number, each.revenue_micros) for each in orders_of(integrations)] == [
            ("1", 12_000_000),
            ("3", 5_000_000),
        ]
        assert totals(registered, "revenue", "orders") == {"revenue": "17.00", "orders": "2"}
        assert answer["removed_count"] == 1
        [removed] = answer["removed"]
        assert (removed["level"], removed["order"], removed["from"]) == ("order", "2", "2026-01-01")

    def test_that_a_later_file_has_on_another_day_move(self, registered, integrations):
        send(registered, FILE, ORDERS)

        moved = send(registered, "day,who,total,no\n2026-01-03,john,4,2\n", ORDERS)

        assert [(each.number, each.date.day) for each in orders_of(integrations)] == [
            ("1", 1),
            ("3", 2),
            ("2", 3),
        ]
        assert moved.json()["removed"] == []
        assert by_day(registered, "revenue", "orders") == {
            "2026-01-01": ("10.00", "1"),
            "2026-01-02": ("5.00", "1"),
            "2026-01-03": ("4.00", "1"),
        }
        undo(registered, moved)
        assert by_day(registered, "revenue", "orders") == {
            "2026-01-01": ("10.00", "2"),
            "2026-01-02": ("5.00", "1"),
        }

    def test_leave_a_day_of_none_when_all_of_it_move(self, registered, integrations):
        send(registered, FILE, ORDERS)

        send(registered, "day,who,total,no\n2026-02-03,jane,5,3\n", ORDERS)

        assert by_day(registered, "revenue", "orders")["2026-01-02"] == ("0.00", "0")
        assert totals(registered, "revenue", "orders") == {"revenue": "15.00", "orders": "3"}

    def test_of_other_sources_do_not_move(self, registered, integrations):
        send(registered, FILE, ORDERS)

        send(registered, FILE.replace("01-01", "01-05"), ORDERS | {"source": "other shop"})

        assert len(orders_of(integrations)) == 6

    def test_without_numbers_do_not_move(self, registered, integrations):
        mapping = without(ORDERS, "order")
        send(registered, "day,who,total\n2026-01-01,a,1\n", mapping)

        send(registered, "day,who,total\n2026-01-02,a,1\n", mapping)

        assert len(orders_of(integrations)) == 2

    def test_go_with_their_metrics_when_undone(self, registered, integrations):
        first = send(registered, FILE, ORDERS)
        second = send(registered, "day,who,total,no\n2026-01-01,jane,12,1\n", ORDERS)

        undo(registered, second)
        assert len(orders_of(integrations)) == 3
        assert totals(registered, "revenue")["revenue"] == "15.00"

        undo(registered, first)
        assert orders_of(integrations) == ()
        assert totals(registered, "revenue", "orders") == {"revenue": None, "orders": None}
        assert not Order.unscoped.exists()

    def test_without_numbers_are_as_many_as_there_are_rows(self, registered, integrations):
        mapping = without(ORDERS, "order")
        text = "day,who,total\n2026-01-01,a,1\n2026-01-01,a,1\n2026-01-01,b,1\n"

        send(registered, text, mapping)
        send(registered, f"{text}2026-01-02,a,1\n", mapping)

        assert len(orders_of(integrations)) == 4
        assert totals(registered, "orders")["orders"] == "4"

    def test_are_filtered_by_channel_in_any_spelling(self, registered, integrations):
        text = "day,who,total,no,via\n2026-01-01,a,1,1,Google\n2026-01-01,b,1,2,tv\n"
        send(registered, text, ORDERS | {"channel": "via"})

        [order] = orders_of(integrations, channels=("GOOGLE",))

        assert (order.number, order.channel) == ("1", "Google")

    def test_come_in_pages(self, registered, integrations):
        send(registered, FILE, ORDERS)

        first = integrations.orders(OrdersQuery(**DAYS, limit=2))
        second = integrations.orders(OrdersQuery(**DAYS, limit=2, after=first.next))

        numbers = [each.number for each in (*first.orders, *second.orders)]
        assert (numbers, second.next) == (["1", "2", "3"], "")
        assert first.as_of is not None

    def test_are_those_of_the_days(self, registered, integrations):
        send(registered, FILE, ORDERS)

        assert len(orders_of(integrations, from_date=date(2026, 1, 2))) == 1

    def test_give_way_to_a_later_file_s_own_revenue(self, registered, integrations):
        send(registered, FILE, ORDERS)
        mapping = {"date": "day", "currency": "EUR", "revenue": "sales", "source": "shop"}

        send(registered, "day,sales\n2026-01-01,99\n", mapping)

        assert by_day(registered, "revenue", "orders") == {
            "2026-01-01": ("99.00", "2"),
            "2026-01-02": ("5.00", "1"),
        }


class TestRefunds:
    def test_count_on_their_own_day(self, registered, integrations):
        text = f"{STRIPE}c1,2026-01-01 10:00,10,4,eur,Paid,a@b.de,2026-01-02 10:00\n"

        send(registered, text, STRIPE_MAPPING)

        assert by_day(registered, "revenue") == {"2026-01-01": ("10.00",), "2026-01-02": ("-4.00",)}
        [order] = orders_of(integrations)
        assert (order.refund_micros, order.refund_date) == (4_000_000, date(2026, 1, 2))

    @pytest.mark.parametrize("is_later", [True, False])
    def test_take_nothing_from_their_day_that_another_file_has(self, registered, is_later):
        january = f"{STRIPE}c1,2026-01-01 10:00,10,4,eur,Paid,a@b.de,2026-01-02 10:00\n"
        others = f"{STRIPE}c2,2026-01-02 10:00,7,0,eur,Paid,a@b.de,\n"

        for text in (others, january) if is_later else (january, others):
            answer = send(registered, text, STRIPE_MAPPING)
            assert answer.status_code == 201, answer.json()

        assert by_day(registered, "revenue") == {"2026-01-01": ("10.00",), "2026-01-02": ("3.00",)}

    def test_go_with_their_orders(self, registered):
        text = f"{STRIPE}c1,2026-01-01 10:00,10,4,eur,Paid,a@b.de,2026-01-02 10:00\n"
        send(registered, text, STRIPE_MAPPING)

        second = send(registered, text.replace(",4,", ",0,"), STRIPE_MAPPING)
        assert totals(registered, "revenue")["revenue"] == "10.00"

        undo(registered, second)
        assert totals(registered, "revenue")["revenue"] == "6.00"

    def test_give_way_to_a_later_file_s_revenue_of_their_day(self, registered):
        text = f"{STRIPE}c1,2026-01-01 10:00,10,4,eur,Paid,a@b.de,2026-01-02 10:00\n"
        figures = {"date": "day", "currency": "EUR", "revenue": "sales", "source": "shop"}
        send(registered, text, STRIPE_MAPPING)

        named = send(registered, "day,sales\n2026-01-02,99\n", figures)

        assert by_day(registered, "revenue") == {
            "2026-01-01": ("10.00",),
            "2026-01-02": ("99.00",),
        }
        undo(registered, named)
        assert by_day(registered, "revenue") == {"2026-01-01": ("10.00",), "2026-01-02": ("-4.00",)}

    def test_move_with_their_orders(self, registered):
        text = f"{STRIPE}c1,2026-01-01 10:00,10,4,eur,Paid,a@b.de,2026-01-02 10:00\n"
        send(registered, text, STRIPE_MAPPING)

        send(registered, text.replace("2026-01-01", "2026-01-05"), STRIPE_MAPPING)

        assert totals(registered, "revenue", "orders") == {"revenue": "6.00", "orders": "1"}


class TestTouchpoints:
    def test_keep_whole_paths(self, registered, integrations):
        answer = send(registered, PATHS_FILE, PATHS)

        assert answer.status_code == 201, answer.json()
        assert (answer.json()["touchpoints"], answer.json()["metrics"]) == (2, 0)
        seen = send(registered, PATHS_FILE, PATHS, query="?preview=true").json()
        assert (seen["touchpoint_count"], seen["order_count"]) == (2, 0)
        found = touchpoints_of(integrations)
        assert [(each.path, each.conversions_micros) for each in found] == [
            (("alpha", "Iota", "alpha"), 2_000_000),
            (("Iota",), 0),
        ]

    def test_keep_touches_of_hashed_customers(self, registered, integrations):
        send(registered, "day,who,total\n2026-01-01,Jane,1\n", without(ORDERS, "order"))
        mapping = {
            "kind": "touchpoints",
            "at": "when",
            "customer": "who",
            "channel": "via",
            "campaign": "camp",
            "cost": "cost",
            "currency": "EUR",
        }
        text = "when,who,via,camp,cost\n2026-01-01 10:00,jane,tv,Spring,1.5\n"

        assert send(registered, text, mapping).status_code == 201

        [touch] = touchpoints_of(integrations)
        [order] = orders_of(integrations)
        assert (touch.path, touch.campaign, touch.cost_micros) == (("tv",), "Spring", 1_500_000)
        assert (touch.currency, touch.at.hour) == ("EUR", 10)
        assert touch.customer == order.customer

    def test_need_no_numbers(self, registered, integrations):
        assert send(registered, PATHS_FILE, without(PATHS, "conversions")).status_code == 201
        assert len(touchpoints_of(integrations)) == 2

    def test_are_replaced_by_day_and_come_back_when_undone(self, registered, integrations):
        send(registered, PATHS_FILE, PATHS)

        second = send(registered, "day,path,n\n2026-01-01,iota,7\n", PATHS)

        assert [each.conversions_micros for each in touchpoints_of(integrations)] == [7_000_000, 0]
        assert second.json()["removed"][0]["channel"] == "alpha > Iota > alpha"
        undo(registered, second)
        assert len(touchpoints_of(integrations)) == 2
        assert Touchpoint.unscoped.count() == 2

    def test_are_filtered_by_a_channel_of_their_path(self, registered, integrations):
        send(registered, PATHS_FILE, PATHS)

        assert len(touchpoints_of(integrations, channels=("ALPHA",))) == 1
        assert len(touchpoints_of(integrations, channels=("iota",))) == 2
        assert touchpoints_of(integrations, channels=("alph",)) == ()

    def test_bring_no_metrics(self, registered, integrations):
        send(registered, PATHS_FILE, PATHS)

        assert integrations.daily_metrics(DailyMetricsQuery(**DAYS)).metrics == ()


class TestBrand:
    def test_goes_with_the_last_of_its_files(self, registered):
        one, two = (
            registered.post("/api/organizations/brands", {"name": name}, format="json").json()["id"]
            for name in ("One", "Two")
        )
        made = send(registered, FILE, ORDERS | {"brand_id": one}).json()

        registered.delete(f"/api/integrations/imports/{made['import_id']}")

        assert send(registered, FILE, ORDERS | {"brand_id": two}).status_code == 201
        [source] = registered.get("/api/integrations/connections").json()["results"]
        assert source["brand_id"] == two

    def test_belongs_to_the_source(self, registered):
        one, two = (
            registered.post("/api/organizations/brands", {"name": name}, format="json").json()["id"]
            for name in ("One", "Two")
        )

        assert send(registered, FILE, ORDERS | {"brand_id": one}).status_code == 201
        [source] = registered.get("/api/integrations/connections").json()["results"]
        assert source["brand_id"] == one
        later = FILE.replace("01-01", "02-01")
        assert send(registered, later, ORDERS).status_code == 201
        refused = send(registered, later, ORDERS | {"brand_id": two})
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == ["brand_id"]

    def test_that_does_not_exist_is_refused(self, registered):
        refused = send(
            registered, FILE, ORDERS | {"brand_id": "01890000-0000-7000-8000-000000000000"}
        )

        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == ["brand_id"]
