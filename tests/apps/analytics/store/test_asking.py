"""Questions are answered from the store, which says what it lacks."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.analytics.store.models import StoredFact
from apps.analytics.store.operations import CATCH_UP_ROWS
from apps.auth.models import Organization
from apps.integrations.imports.layers.metrics import Entity, KeptMetric
from apps.integrations.models import Connection
from omnify.context import Context, use
from tests.apps.analytics.conftest import away
from tests.apps.analytics.requests import ask, stats
from tests.apps.integrations.requests import GOOD, send
from tests.conftest import REGISTRATION
from tests.factories.store import bring, settle

pytestmark = pytest.mark.django_db(transaction=True)
OVERVIEW = "/app/analytics/"
ONE = 1_000_000


class TestAnswer:
    def test_has_a_change_before_its_event_came(self, owner):
        send(owner)
        assert ask(owner).json()["totals"]["spend"] == "10.00"
        send(owner, GOOD.replace(",10", ",20"))

        answer = ask(owner).json()
        assert (answer["totals"]["spend"], answer["late"]) == ("20.00", [])

    def test_lacks_a_removed_connection_before_its_event_came(self, owner):
        send(owner)
        send(owner, GOOD, {"date": "day", "currency": "EUR", "revenue": "sales", "source": "b"})
        assert ask(owner).json()["totals"]["revenue"] == "195.00"
        connection = Connection.unscoped.get(name="b")
        owner.delete(f"/api/integrations/connections/{connection.id}")

        assert ask(owner).json()["totals"]["revenue"] == "97.50"

    def test_reads_no_row_of_integrations(self, owner):
        send(owner)
        settle()
        with CaptureQueriesContext(connection) as captured:
            assert ask(owner).json()["totals"]["spend"] == "10.00"

        assert not [
            query for query in captured if "omnify_integrations_dailymetric" in query["sql"]
        ]

    def test_goes_on_while_integrations_is_away(self, owner, settings):
        send(owner)
        settle()
        before = ask(owner).json(), stats(owner).json()
        with away(settings, "integrations"):
            assert (ask(owner).json(), stats(owner).json()) == before

        assert before[0]["as_of"] is not None


class TestLate:
    @pytest.fixture
    def large(self, registered):
        """More than an answer takes in itself, of one day and the next."""
        [organization] = Organization.objects.all()
        days = (date(2026, 1, 1), date(2026, 1, 2))
        with use(Context(organization_id=organization.id)):
            bring(
                KeptMetric(
                    Entity("campaign", name, "tv", "", name), (day, day), ("clicks",), (ONE,)
                )
                for day in days
                for name in map(str, range(CATCH_UP_ROWS // 2 + 1))
            )
        return registered

    @pytest.fixture
    def browser(self, client, large):
        sent = {key: REGISTRATION[key] for key in ("email", "password")}
        client.post("/app/auth/sign-in", sent)
        return client

    def test_is_told_until_all_is_there(self, large, browser):
        said = "Still being taken in: the last change of csv"
        before = ask(large, measures=["clicks"]).json()
        stored = StoredFact.unscoped.count()
        assert said in browser.get(OVERVIEW).content.decode()
        settle()
        after = ask(large, measures=["clicks"]).json()

        assert (before["late"], after["late"]) == (["csv"], [])
        assert stored == CATCH_UP_ROWS // 2 + 1
        assert after["totals"]["clicks"] == str(CATCH_UP_ROWS + 2)
        assert said not in browser.get(OVERVIEW).content.decode()
