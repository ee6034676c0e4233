"""Cohorts are what a slow count comes to, whatever customers bought, when, and in which money."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from apps.analytics.customers.models import StoredOrder
from apps.analytics.customers.rows import OrderRow
from apps.auth.models import Organization
from omnify.context import Context, use
from tests.apps.analytics.customers import reference
from tests.factories.integrations import make_connection
from tests.needs import needs

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
FIRST, LAST = date(2025, 1, 1), date(2025, 5, 18)
PATH = "/api/analytics/cohorts"
DIGITS = {"retention": 4, "revenue": 2, "ltv": 4}


def make_shop(owner, *, platform="shopify", brand_id=None, whole_to=LAST):
    facts = {"orders_from": "2024-12-01"} | ({"orders_to": str(whole_to)} if whole_to else {})
    return make_connection(
        owner.organization_id, platform=platform, brand_id=brand_id, sync_facts=facts
    )


def keep(owner, connection, *orders):
    """Keep orders as they would come from integrations."""
    with use(Context(organization_id=owner.organization_id)):
        StoredOrder.objects.bulk_create(
            StoredOrder(
                organization_id=owner.organization_id, source_id=connection.id, **order._asdict()
            )
            for order in orders
        )


def sale(day, customer, amount, *, currency="EUR", refund=None, refund_date=None):
    micros = None if amount is None else amount * 1_000_000
    paid_back = None if refund is None else refund * 1_000_000
    return OrderRow(day, customer, currency, micros, paid_back, refund_date, None, is_refund=False)


def refund(day, customer, amount, *, currency="EUR"):
    return OrderRow(day, customer, currency, None, amount * 1_000_000, day, None, is_refund=True)


def ask(client, **query):
    answer = client.get(PATH, query)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def values(client, **query):
    return [each["values"] for each in ask(client, **query)["cohorts"]]


@pytest.fixture
def euros(owner):
    Organization.objects.filter(id=owner.organization_id).update(currency="EUR")
    return owner


class TestValues:
    def test_are_of_the_first_period_and_each_after_it(self, euros):
        shop = make_shop(euros)
        keep(
            euros,
            shop,
            sale(date(2025, 1, 31), "a", 10),
            sale(date(2025, 1, 2), "b", 0),
            sale(date(2025, 3, 1), "a", 5),
            sale(date(2025, 2, 1), "c", 7),
        )

        answer = ask(euros, measure="revenue")
        assert [(each["period"], each["customers"]) for each in answer["cohorts"]] == [
            ("2025-01-01", 2),
            ("2025-02-01", 1),
        ]
        assert [each["values"] for each in answer["cohorts"]] == [
            ["10.00", "0.00", "5.00", "0.00", None],
            ["7.00", "0.00", "0.00", None, None],
        ]
        assert values(euros)[0] == ["1.0000", "0.0000", "0.5000", "0.0000", None]
        assert values(euros, measure="ltv")[0] == ["5.0000", "5.0000", "7.5000", "7.5000", None]

    def test_take_a_refund_on_its_own_day(self, euros):
        shop = make_shop(euros)
        keep(
            euros,
            shop,
            sale(date(2025, 1, 5), "a", 10, refund=4, refund_date=date(2025, 2, 2)),
            refund(date(2025, 3, 3), "a", 1),
            refund(date(2025, 3, 3), "nobody else", 1),
        )

        assert values(euros, measure="revenue") == [["10.00", "-4.00", "-1.00", "0.00", None]]
        assert values(euros) == [["1.0000", "0.0000", "0.0000", "0.0000", None]]

    def test_are_unknown_where_money_has_no_rate(self, euros):
        shop = make_shop(euros)
        keep(
            euros,
            shop,
            sale(date(2025, 1, 5), "a", 10),
            sale(date(2025, 2, 5), "a", 10, currency="CHF"),
        )

        answer = ask(euros, measure="ltv")
        assert answer["cohorts"][0]["values"] == ["10.0000", None, None, None, None]
        assert answer["unconverted"] == [{"currency": "CHF", "revenue": "10.00"}]
        assert values(euros)[0][1] == "1.0000"

    def test_are_unknown_where_no_amount_is_known(self, euros):
        keep(euros, make_shop(euros), sale(date(2025, 1, 5), "a", None))

        assert values(euros, measure="revenue")[0][:2] == [None, "0.00"]

    def test_are_unknown_while_the_orders_are_not_whole(self, euros):
        keep(euros, make_shop(euros, whole_to=None), sale(date(2025, 1, 5), "a", 1))

        answer = ask(euros)
        assert (answer["covered_to"], answer["cohorts"][0]["values"]) == (None, [None])

    def test_hold_sums_beyond_a_column(self, euros):
        most = (2**63 - 1) // 1_000_000
        orders = [sale(date(2025, 1, 5), "a", most)] * 3
        keep(euros, make_shop(euros), *orders)

        assert values(euros, measure="revenue")[0][0] == f"{3 * most}.00"


class TestCohorts:
    def test_are_of_the_first_purchase_of_all_whatever_the_range(self, euros):
        orders = [
            sale(date(2025, month, 5), who, 1) for who, month in (("a", 1), ("a", 3), ("b", 3))
        ]
        keep(euros, make_shop(euros), *orders)

        [march] = ask(euros, **{"from": "2025-03-09", "to": "2025-03-10"})["cohorts"]
        assert (march["period"], march["customers"]) == ("2025-03-01", 1)
        assert ask(euros, **{"from": "2025-04-01"})["cohorts"] == []

    def test_are_of_the_orders_that_count(self, euros):
        """Of two sources of a brand those of the shop count; another brand has its own."""
        brand = uuid7()
        shop = make_shop(euros)
        keep(euros, shop, sale(date(2025, 2, 5), "a", 1))
        keep(euros, make_shop(euros, platform="stripe"), sale(date(2025, 1, 5), "a", 1))
        keep(euros, make_shop(euros, brand_id=brand), sale(date(2025, 3, 5), "b", 1))

        starts = [each["period"] for each in ask(euros)["cohorts"]]
        assert starts == ["2025-02-01", "2025-03-01"]
        of_brand = ask(euros, brand_id=str(brand))["cohorts"]
        assert [each["period"] for each in of_brand] == ["2025-03-01"]

    def test_are_the_organizations_own(self, euros, client_for, make_principal):
        keep(euros, make_shop(euros), sale(date(2025, 1, 5), "a", 1))
        other = client_for(make_principal(organization_id=uuid7()))

        assert len(ask(euros)["cohorts"]) == 1
        assert other.get(PATH).status_code in {404, 422}


@needs("OMNIFY_TEST_DATABASE_URL")
class TestPlan:
    @pytest.mark.parametrize("measure", ["retention", "revenue"])
    def test_compares_no_customer_with_each(self, euros, measure):
        """Also of a table that PostgreSQL has not analyzed yet, as after an import."""
        shop = make_shop(euros)
        keep(euros, shop, *(sale(FIRST, f"c{number}", 1) for number in range(2000)))
        plans = []

        def explain(execute, sql, parameters, many, context):
            if sql.startswith("WITH firsts"):
                cursor = context["cursor"]
                cursor.execute(f"EXPLAIN {sql}", parameters)
                plans.append("".join(line for (line,) in cursor.fetchall()))
            return execute(sql, parameters, many, context)

        with connection.execute_wrapper(explain):
            ask(euros, measure=measure)

        assert plans
        assert [plan for plan in plans if "Nested Loop" in plan] == []


class TestRefusal:
    def test_says_that_there_are_no_orders(self, euros):
        keep(euros, make_shop(euros), sale(date(2025, 1, 5), "", 1), refund(FIRST, "a", 1))

        answer = euros.get(PATH)
        assert (answer.status_code, answer.json()["code"]) == (422, "insufficient_data")
        assert answer.json()["missing"] == "orders"

    def test_names_a_range_that_ends_before_it_begins(self, euros):
        answer = euros.get(PATH, {"from": "2025-02-01", "to": "2025-01-01"})

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "from")


class TestAnyOrders:
    @pytest.mark.parametrize("grain", ["month", "week"])
    @pytest.mark.parametrize("seed", range(4))
    def test_come_to_what_a_slow_count_says(self, euros, seed, grain):
        random = Random(seed)  # noqa: S311 - a test's choices
        week_start = random.choice(("monday", "saturday", "sunday"))
        Organization.objects.filter(id=euros.organization_id).update(week_start=week_start)
        orders = [_any_order(random) for _ in range(250)]
        keep(euros, make_shop(euros), *orders[:150])
        keep(euros, make_shop(euros, brand_id=uuid7()), *orders[150:])
        rates = {}
        for day in (FIRST + timedelta(days) for days in range(0, 140, random.choice((5, 7, 9)))):
            rate = {"date": str(day), "base": "GBP", "currency": "EUR", "rate": "1.1937"}
            assert euros.post("/api/integrations/rates", rate, format="json").status_code == 201
            rates["GBP", day] = Fraction("1.1937")

        for measure, digits in DIGITS.items():
            answer = ask(euros, grain=grain, measure=measure)
            expected = reference.cohorts(
                orders,
                measure=measure,
                grain=grain,
                week_start=week_start,
                rates=rates,
                currency="EUR",
                covered_to=LAST,
            )
            found = {
                date.fromisoformat(each["period"]): (each["customers"], each["values"])
                for each in answer["cohorts"]
            }
            width = len(next(iter(expected.values()))[1])
            assert found == {
                start: (
                    customers,
                    [reference.written(each, digits) for each in values]
                    + [None] * (width - len(values)),
                )
                for start, (customers, values) in expected.items()
            }


def _any_order(random):
    day = FIRST + timedelta(random.randrange((LAST - FIRST).days + 1))
    customer = random.choice(("", *"abcdefghijklmnopqrstuvwxyz"))
    currency = random.choice(("EUR", "EUR", "EUR", "GBP"))
    if random.random() < 0.1:
        return refund(day, customer, random.randint(1, 20), currency=currency)
    paid_back = random.choice((None, None, None, random.randint(0, 9)))
    later = min(LAST, day + timedelta(random.randrange(60)))
    return sale(
        day,
        customer,
        random.choice((None, random.randint(0, 99), random.randint(0, 99))),
        currency=currency,
        refund=paid_back,
        refund_date=None if paid_back is None else later,
    )
