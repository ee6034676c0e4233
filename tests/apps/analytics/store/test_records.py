"""Cohorts and attribution count a change at once, name what they lack, and need no integrations."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.analytics.customers.models import StoredOrder
from apps.analytics.store.operations import CATCH_UP_ROWS
from apps.integrations.models import Connection, Order
from omnify.context import Context, use
from tests.apps.analytics.attribution.conftest import ORDERS, PATHS, TOUCHES, credit_of
from tests.apps.analytics.conftest import away
from tests.apps.integrations.requests import GOOD, send
from tests.factories.integrations import make_connection
from tests.factories.store import settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
COHORTS = "/api/analytics/cohorts?measure=revenue"
ATTRIBUTION = "/api/analytics/attribution?model=linear&from=2025-01-01&to=2025-01-31"
IMPORTS = "/api/integrations/imports"
SALES = "day,who,total\n2025-01-01,ann,10\n2025-01-31,bob,20\n"
PATH = "day,path,n,worth,lost\n2025-01-01,tv > web,2,20,0\n"


def ask(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def cohorts(client):
    return [(each["customers"], each["values"][0]) for each in ask(client, COHORTS)["cohorts"]]


def bring(client, text, mapping):
    """Send a file, and bring no event to its handler."""
    answer = send(client, text, mapping)
    assert answer.status_code == 201, answer.json()
    return answer.json()


class TestCatchUp:
    def test_has_orders_before_their_event_came(self, owner):
        bring(owner, SALES, ORDERS)
        assert cohorts(owner) == [(2, "30.00")]
        bring(owner, SALES.replace(",20", ",50"), ORDERS)

        assert cohorts(owner) == [(2, "60.00")]
        answer = ask(owner, COHORTS)
        assert answer["late"] == []
        assert datetime.fromisoformat(answer["as_of"]) == Connection.unscoped.get().changed_at

    def test_has_touchpoints_before_their_event_came(self, owner):
        bring(owner, PATH, PATHS)
        assert credit_of(ask(owner, ATTRIBUTION)) == {"tv": "1", "web": "1"}
        bring(owner, PATH.replace("tv > web", "radio"), PATHS)

        answer = ask(owner, ATTRIBUTION)
        assert (credit_of(answer), answer["late"]) == ({"radio": "2"}, [])

    def test_has_the_orders_that_touches_lead_to(self, owner):
        bring(owner, "at,who,via\n2024-12-30,ann,tv\n", TOUCHES)
        bring(owner, SALES, ORDERS)

        assert credit_of(ask(owner, ATTRIBUTION), "value") == {"tv": "10.00"}

    def test_lacks_what_was_undone_before_its_event_came(self, owner):
        bring(owner, SALES, ORDERS)
        second = bring(owner, "day,who,total\n2025-01-03,cid,5\n", ORDERS)
        assert cohorts(owner) == [(3, "35.00")]
        owner.delete(f"{IMPORTS}/{second['import_id']}")

        assert cohorts(owner) == [(2, "30.00")]

    def test_lacks_a_removed_connection_before_its_event_came(self, owner):
        bring(owner, PATH, PATHS)
        bring(owner, PATH.replace("tv > web", "radio"), {**PATHS, "source": "b"})
        assert credit_of(ask(owner, ATTRIBUTION)) == {"tv": "1", "web": "1", "radio": "2"}
        gone = Connection.unscoped.get(name="b")
        owner.delete(f"/api/integrations/connections/{gone.id}")

        assert credit_of(ask(owner, ATTRIBUTION)) == {"tv": "1", "web": "1"}

    def test_comes_to_what_events_come_to(self, owner):
        bring(owner, SALES, ORDERS)
        bring(owner, PATH, PATHS)
        before = ask(owner, COHORTS), ask(owner, ATTRIBUTION)
        settle()

        assert (ask(owner, COHORTS), ask(owner, ATTRIBUTION)) == before

    @pytest.mark.parametrize("address", [COHORTS, ATTRIBUTION])
    def test_reads_no_row_of_integrations_again(self, owner, address):
        bring(owner, SALES, ORDERS)
        bring(owner, PATH, PATHS)
        ask(owner, address)
        # Another kind of change is none of orders or touchpoints.
        Connection.unscoped.update(changed_at=datetime.now(UTC))
        with CaptureQueriesContext(connection) as captured:
            ask(owner, address)

        tables = ('FROM "omnify_integrations_order"', 'FROM "omnify_integrations_touchpoint"')
        days = [each["sql"] for each in captured if "MIN(" in each["sql"]]
        read = [each["sql"] for each in captured if any(name in each["sql"] for name in tables)]
        assert [sql for sql in read if sql not in days] == []


class TestLate:
    def test_is_told_until_all_is_there(self, owner):
        now = datetime.now(UTC)
        shop = make_connection(
            owner.organization_id, platform="shopify", name="shop", orders_changed_at=now
        )
        with use(Context(organization_id=owner.organization_id)):
            Order.objects.bulk_create(
                Order(
                    organization_id=owner.organization_id,
                    connection=shop,
                    key=f"{day} {number}",
                    customer=str(number % 9),
                    date=date(2025, 1, day),
                    currency="EUR",
                )
                for day in (1, 2)
                for number in range(CATCH_UP_ROWS // 2 + 1)
            )
        before, stored = ask(owner, COHORTS), StoredOrder.unscoped.count()
        settle()
        after = ask(owner, COHORTS)

        assert (before["late"], stored) == (["shop"], CATCH_UP_ROWS // 2 + 1)
        assert (after["late"], StoredOrder.unscoped.count()) == ([], CATCH_UP_ROWS + 2)
        assert (before["as_of"], datetime.fromisoformat(after["as_of"])) == (None, now)


class TestWhileIntegrationsIsAway:
    def test_the_last_numbers_are_told(self, owner, settings):
        bring(owner, SALES, ORDERS)
        bring(owner, "at,who,via\n2024-12-30,ann,tv\n", TOUCHES)
        before = ask(owner, COHORTS), ask(owner, ATTRIBUTION)
        with away(settings, "integrations"):
            assert (ask(owner, COHORTS), ask(owner, ATTRIBUTION)) == before

        assert None not in [each["as_of"] for each in before]

    def test_the_source_that_counts_is_the_last_that_was_chosen(self, owner, settings):
        bring(owner, SALES, ORDERS)
        bring(owner, SALES.replace("10", "70"), {**ORDERS, "source": "other"})
        assert cohorts(owner) == [(2, "120.00")]
        chosen = Connection.unscoped.get(name="other")
        path = f"/api/integrations/connections/{chosen.id}"
        assert owner.patch(path, {"primary": True}, format="json").status_code == 200
        assert cohorts(owner) == [(2, "90.00")]
        with away(settings, "integrations"):
            assert cohorts(owner) == [(2, "90.00")]

    @pytest.mark.parametrize("address", [COHORTS, ATTRIBUTION])
    def test_nothing_is_told_where_nothing_is_known(self, owner, settings, address):
        send(owner, GOOD)
        with away(settings, "integrations"):
            assert owner.get(address).status_code == 503
