"""Orders are read once each, whatever their rows; tests and cancelled ones are left out."""

from datetime import UTC, date, datetime

import pytest

from apps.integrations.imports.reading import FileReader
from tests.apps.integrations.imports.reading.reads import (
    MAPPING,
    check_of,
    codes_of,
    errors_of,
    plan_of,
    sums_of,
)
from tests.apps.integrations.imports.reading.test_proposals import preview_of

NONE = dict.fromkeys(MAPPING, ...)
ORDERS = NONE | {
    "kind": "orders",
    "date": "day",
    "customer": "who",
    "revenue": "total",
    "currency": "EUR",
}
SHOPIFY = (
    "Name,Email,Financial Status,Currency,Total,Discount Amount,Refunded Amount,Created at,"
    "Lineitem quantity,Lineitem price,Cancelled at\n"
)


def orders_of(content, *, most_keys=1000, **options):
    plan = plan_of(content, **ORDERS | options)
    return list(FileReader(plan, most_keys=most_keys).iter_orders())


def days_of(content, **options):
    found = FileReader(plan_of(content, **ORDERS | options)).iter_metrics()
    return {
        str(each.date): (each.micros["revenue"] / 1e6, each.micros["orders"] / 1e6)
        for each in found
    }


class TestOrders:
    def test_are_rows_without_a_number(self):
        text = "day,who,total\n2026-01-01,a,10\n2026-01-01,a,10\n2026-01-02,b,0\n"

        assert len(orders_of(text)) == 3
        assert days_of(text) == {"2026-01-01": (20, 2), "2026-01-02": (0, 1)}

    def test_have_all_their_fields(self):
        text = (
            "day,who,total,no,items,via,off,back,state,new\n"
            "2026-01-01 10:00,a,10,7,2,Google,1,-3,paid,yes\n"
        )
        fields = {
            "order": "no",
            "quantity": "items",
            "channel": "via",
            "discount": "off",
            "refund": "back",
            "status": "state",
            "new_customer": "new",
        }

        [order] = orders_of(text, **fields)

        assert order.at == datetime(2026, 1, 1, 10, tzinfo=UTC)
        assert (order.order, order.date, order.customer) == ("7", date(2026, 1, 1), "a")
        assert (order.revenue_micros, order.quantity_micros) == (10_000_000, 2_000_000)
        assert (order.discount_micros, order.refund_micros) == (1_000_000, 3_000_000)
        assert (order.channel, order.status, order.is_new_customer) == ("Google", "paid", True)
        assert (order.refund_date, order.is_refund, order.line) == (date(2026, 1, 1), False, 2)

    def test_of_several_rows_are_one(self):
        text = (
            "day,who,total,no,items\n2026-01-01,a,10,1,1\n,,,1,2\n2026-01-02,b,5,2,1\n,,,,1\n"
            "2026-01-03,c,7,1,1\n"
        ).replace("2026-01-03,c,7,1,1", "2026-01-01,a,10,1,4")

        found = orders_of(text, order="no", quantity="items")

        assert [(each.order, each.revenue_micros, each.quantity_micros) for each in found] == [
            ("1", 10_000_000, 7_000_000),
            ("2", 5_000_000, 2_000_000),
        ]

    def test_with_two_totals_are_errors(self):
        text = "day,who,total,no\n2026-01-01,a,10,1\n2026-01-01,a,12,1\n"

        found = check_of(text, **ORDERS, order="no")

        assert errors_of(found) == [(3, "total", "12.0")]
        assert "line 2" in found.errors[0].message

    @pytest.mark.parametrize("status", ["cancelled", "Canceled", "voided", "Failed", "storniert"])
    def test_that_were_cancelled_are_left_out_and_counted(self, status):
        text = f"day,who,total,state\n2026-01-01,a,10,{status}\n2026-01-01,b,5,paid\n"

        found = check_of(text, **ORDERS, status="state")

        assert sums_of(found) == {("", "revenue"): "5", ("", "orders"): "1"}
        assert [(each.reason, each.rows, each.lines) for each in found.left_out] == [
            ("cancelled", 1, (2,))
        ]

    def test_of_negative_revenue_are_refunds_on_their_own_day(self):
        text = "day,who,total,no\n2026-01-01,a,10,1\n2026-01-05,a,-4,1\n"

        assert days_of(text, order="no") == {"2026-01-01": (10, 1), "2026-01-05": (-4, 0)}
        refund = orders_of(text, order="no")[1]
        assert (refund.is_refund, refund.refund_micros, refund.revenue_micros) == (
            True,
            4_000_000,
            None,
        )

    def test_take_refunds_of_another_day_from_that_day(self):
        text = (
            "id,Created (UTC),Amount,Amount Refunded,Currency,Status,Refunded date (UTC)\n"
            "1,2026-01-01 10:00,10,4,eur,Paid,2026-01-05 10:00\n"
            "2,2026-01-01 10:00,10,1,eur,Paid,2026-01-01 10:00\n"
        )
        fields = {"date": "Created (UTC)", "revenue": "Amount", "customer": "id", "order": ...}
        reading = FileReader(plan_of(text, **ORDERS | fields))

        [day] = reading.iter_metrics()

        assert day.micros == {"revenue": 19_000_000, "orders": 2_000_000}
        assert list(reading.iter_refunds()) == [(date(2026, 1, 1), {date(2026, 1, 5): 4_000_000})]
        found = reading.check()
        assert sums_of(found) == {("", "revenue"): "15", ("", "orders"): "2"}
        assert (found.last_date, found.metric_count) == (date(2026, 1, 5), 2)

    def test_of_unknown_revenue_leave_that_of_their_day_unknown(self):
        text = "day,who,total\n2026-01-01,a,\n"

        [day] = FileReader(plan_of(text, **ORDERS)).iter_metrics()

        assert day.micros == {"revenue": None, "orders": 1_000_000}

    def test_that_were_refunded_without_an_amount_bring_nothing(self):
        text = "day,who,total,state\n2026-01-01,a,10,refunded\n"

        assert days_of(text, status="state") == {"2026-01-01": (0, 1)}
        assert "refunds" in codes_of(check_of(text, **ORDERS, status="state"))

    def test_have_days_of_the_organizations_zone(self):
        text = "day,who,total\n2026-01-01 23:30:00 -0500,a,10\n"

        assert list(days_of(text)) == ["2026-01-02"]
        assert list(days_of(text, timezone="America/New_York")) == ["2026-01-01"]

    def test_with_cells_that_cannot_be_read_are_errors(self):
        text = "day,who,total\n2026-01-01,a,x\nfoo,b,1\n2026-01-02,c,1\n"

        assert errors_of(check_of(text, **ORDERS)) == [(2, "total", "x"), (3, "day", "foo")]

    def test_that_do_not_fit_into_memory_are_still_one_each(self):
        rows = [f"2026-01-01,a,{n % 40},{n % 40},1" for n in range(200)]
        text = "\n".join(["day,who,total,no,items", *rows, ""])

        found = orders_of(text, order="no", quantity="items", most_keys=10)

        assert len(found) == 40
        assert {each.quantity_micros for each in found} == {5_000_000}


class TestKnownExports:
    @pytest.mark.parametrize(
        "mapping",
        [
            ORDERS | {"date": "Created at", "customer": "Email", "revenue": "Total"},
            MAPPING | {"date": "Created at", "channels": [], "revenue": "Total"},
        ],
    )
    def test_are_read_as_orders_whatever_is_said(self, mapping):
        text = SHOPIFY + (
            "#1,a@b.de,paid,EUR,113.00,5,0.00,2026-03-01 10:00:00 +0000,1,60,\n"
            "#1,a@b.de,,,,,,2026-03-01 10:00:00 +0000,1,40,\n"
            "#2,c@d.de,paid,EUR,20.00,0,0.00,2026-03-02 10:00:00 +0000,1,20,2026-03-02 11:00:00\n"
            "#3,e@f.de,partially_refunded,EUR,50.00,0,10.00,2026-03-02 10:00:00 +0000,1,50,\n"
        )

        found = check_of(text, **mapping)

        assert found.kind == "orders"
        assert sums_of(found) == {("", "revenue"): "153", ("", "orders"): "2"}
        assert [(each.reason, each.rows) for each in found.left_out] == [("cancelled", 1)]
        assert ("orders" in codes_of(found)) == (mapping["channels"] == [])

    def test_know_test_payments(self):
        text = (
            "id,Created (UTC),Amount,Amount Refunded,Currency,Mode,Status,Customer Email\n"
            "ch_1,2026-03-01 23:30,10.00,0.00,eur,Live,Paid,a@b.de\n"
            "ch_2,2026-03-01 10:00,10.00,0.00,eur,Test,Paid,a@b.de\n"
            "ch_3,2026-03-01 10:00,10.00,0.00,eur,Live,Failed,a@b.de\n"
        )
        fields = {"date": "Created (UTC)", "customer": "Customer Email", "revenue": "Amount"}

        found = check_of(
            text, **ORDERS | fields | {"currency": "Currency"}, timezone="Europe/Berlin"
        )

        assert sums_of(found) == {("", "revenue"): "10", ("", "orders"): "1"}
        assert found.first_date == date(2026, 3, 2)
        assert {each.reason for each in found.left_out} == {"test", "cancelled"}

    def test_count_orders_with_the_total_on_every_row_once(self):
        text = (
            "Order Number,Order Status,Order Date,Customer Email,Order Total Amount,Item Name\n"
            "1,wc-completed,2026-03-01 10:00,a@b.de,30,A\n"
            "1,wc-completed,2026-03-01 10:00,a@b.de,30,B\n"
            "2,wc-cancelled,2026-03-01 10:00,a@b.de,30,B\n"
        )
        fields = {"date": "Order Date", "customer": "Customer Email"}

        found = check_of(text, **ORDERS | fields | {"revenue": "Order Total Amount"})

        assert sums_of(found) == {("", "revenue"): "30", ("", "orders"): "1"}


class TestRowsOfNoSale:
    def test_of_a_stripe_balance_are_left_out(self):
        text = (
            "id,Type,Amount,Net,Currency,Created (UTC)\nt1,charge,100,97,eur,2026-09-01 10:00\n"
            "t2,refund,-20,-20,eur,2026-09-02 10:00\nt3,payout,-77,-77,eur,2026-09-03 10:00\n"
            "t4,stripe_fee,-3,-3,eur,2026-09-03 10:00\n"
        )
        fields = {"date": "Created (UTC)", "customer": "id", "revenue": "Amount"}
        fields |= {"currency": "Currency"}

        assert days_of(text, **fields) == {"2026-09-01": (100, 1), "2026-09-02": (-20, 0)}
        assert codes_of(check_of(text, **ORDERS | fields)) == ["no_sale"]

    def test_of_klaviyo_are_left_out(self):
        text = (
            "Event,Datetime,Email,Order ID,$value\nPlaced Order,2026-09-01,a@x.com,1,50\n"
            "Ordered Product,2026-09-01,a@x.com,1,30\nStarted Checkout,2026-09-02,b@x.com,,20\n"
        )
        fields = {"date": "Datetime", "customer": "Email", "revenue": "$value"}

        assert days_of(text, **fields) == {"2026-09-01": (50, 1)}


class TestFilesOfNoKnownShop:
    @pytest.mark.parametrize(
        ("text", "revenue"),
        [
            ("Order ID,Date,Customer,Total\n7,2026-01-05,Jane,10.50\n8,2026-01-06,Jo,5\n", "15.5"),
            (
                (
                    "Bestellnummer;Bestellstatus;Bestelldatum;E-Mail (Rechnung);Bestellsumme\n"
                    "7;Abgeschlossen;2026-01-05 10:00;a@b.de;10,50\n"
                    "8;Fehlgeschlagen;2026-01-06 10:00;a@b.de;3,00\n"
                ),
                "10.5",
            ),
            (
                (
                    "Date,Order #,Status,Customer,Items sold,N. Revenue\n"
                    "2026-01-05 10:00:00,7,completed,Jane,1,10.5\n"
                ),
                "10.5",
            ),
            ("Order ID,Date,Customer,Gross amount,Net amount\n7,2026-01-05,Jane,10.5,9\n", "10.5"),
            (
                (
                    "Sale Date,Order ID,Buyer User ID,Order Value,Discount Amount,Order Total\n"
                    "01/13/26,7,jane,11,0.5,10.5\n"
                ),
                "10.5",
            ),
        ],
    )
    def test_are_proposed_as_orders(self, text, revenue):
        found = preview_of(text, currency="EUR")

        assert (found.kind, found.proposal["kind"], found.error_count) == ("orders", "orders", 0)
        assert sums_of(found)["", "revenue"] == revenue

    def test_have_a_customer(self):
        found = preview_of("date,order number,revenue\n2026-01-05,7,10\n", currency="EUR")

        assert found.proposal["kind"] == "metrics"

    def test_are_read_with_refunds_on_their_day_and_without_what_was_cancelled(self):
        text = (
            "Order ID,Date,Customer,Total,Refund,Refund date,Cancelled at,Test\n"
            "7,2026-01-05,Jane,10,4,2026-01-07,,\n8,2026-01-05,Jo,5,,,,\n"
            "9,2026-01-05,Jo,3,,,2026-01-06,\n10,2026-01-06,Jo,2,,,,true\n"
        )

        found = preview_of(text, currency="EUR")

        assert sums_of(found) == {("", "revenue"): "11", ("", "orders"): "2"}
        assert codes_of(found) == ["cancelled", "test"]
        assert (str(found.first_date), str(found.last_date)) == ("2026-01-05", "2026-01-07")

    def test_take_no_words_for_amounts_and_no_price_for_a_total(self):
        header = "Order ID,Date,Customer,Total,Refunded,Discount"
        found = preview_of(f"{header}\n7,2026-01-05,Jane,10,no,SUMMER\n", currency="EUR")

        assert (found.proposal["kind"], found.error_count) == ("orders", 0)
        assert not {"refund", "discount"} & found.proposal.keys()
        assert preview_of("Order ID,Date,Customer,Price\n7,2026-01-05,Jane,10\n").kind != "orders"
