"""A brand's sales are those of one kind of source, or of the one that a person chose."""

from datetime import date

import pytest

from tests.apps.integrations.requests import send
from tests.factories.integrations import make_connection, make_metrics

pytestmark = pytest.mark.django_db
CONNECTIONS = "/api/integrations/connections"


def revenue(owner):
    query = {"measures": ["revenue"], "from": "2026-01-01", "to": "2026-01-31"}
    answer = owner.post("/api/analytics/query", query, format="json").json()
    return answer["totals"]["revenue"]


def sell(owner, platform, amount, *, since="2026-01-02"):
    facts = {"orders_from": since, "orders_to": "2026-01-04"}
    made = make_connection(owner.organization_id, platform=platform, sync_facts=facts)
    make_metrics(made, first=date(2026, 1, 1), days=4, currency="USD", revenue=amount)
    return made


class TestRevenue:
    def test_is_the_shop_s_before_what_payments_files_and_crm_say(self, owner):
        orders = "day,who,total,no\n2026-01-02,a,1000,1\n"
        mapping = {"kind": "orders", "source": "file", "currency": "USD", "date": "day"}
        columns = {"customer": "who", "revenue": "total", "order": "no"}
        found = []
        for add in (
            lambda: sell(owner, "hubspot", 1),
            lambda: send(owner, orders, {**mapping, **columns}),
            lambda: sell(owner, "stripe", 20),
            lambda: sell(owner, "shopify", 300),
        ):
            add()
            found.append(revenue(owner))

        assert found == ["4.00", "1000.00", "80.00", "1200.00"]

    def test_is_that_of_the_source_that_a_person_chose(self, owner):
        sell(owner, "shopify", 300)
        made = sell(owner, "stripe", 20)

        owner.patch(f"{CONNECTIONS}/{made.id}", {"primary": True}, format="json")
        chosen = revenue(owner)
        owner.patch(f"{CONNECTIONS}/{made.id}", {"primary": False}, format="json")

        assert (chosen, revenue(owner)) == ("80.00", "1200.00")

    def test_is_a_sheet_s_on_days_that_no_orders_cover(self, owner):
        sell(owner, "shopify", 300)
        text = "day,sales\n2026-01-01,7\n2026-01-02,7\n"
        send(owner, text, {"date": "day", "currency": "USD", "revenue": "sales"})

        # What the shop itself has of the first day is not whole, and counts all the same.
        assert revenue(owner) == "1207.00"
