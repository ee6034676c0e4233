"""Connections over HTTP: listed in pages, and removed with their metrics."""

import pytest

from apps.integrations.metrics.models import DailyMetric
from omnify.events.models import Outbox
from tests.apps.integrations.requests import own_queries, pages_of
from tests.factories.integrations import make_connection, make_metrics

pytestmark = pytest.mark.django_db
PATH = "/api/integrations/connections"


class TestConnectionList:
    def test_comes_in_pages_that_cover_everything_once(self, owner):
        made = [make_connection(owner.organization_id) for _ in range(5)]

        rows = pages_of(owner, PATH, limit=2)

        assert [row["name"] for row in rows] == [each.name for each in reversed(made)]

    def test_costs_the_same_whatever_its_length(self, owner):
        for _ in range(3):
            make_connection(owner.organization_id)

        with own_queries(1):
            owner.get(PATH)

    def test_holds_the_own_organization_s_rows_alone(self, owner, client_for, make_principal):
        make_connection(owner.organization_id)

        assert len(owner.get(PATH).json()["results"]) == 1
        assert client_for(make_principal()).get(PATH).json()["results"] == []


class TestConnection:
    def test_is_shown_with_what_it_knows(self, owner):
        made = make_metrics(make_connection(owner.organization_id, name="shop"), revenue=1)

        row = owner.get(f"{PATH}/{made.id}").json()

        assert (row["id"], row["platform"], row["name"]) == (str(made.id), "csv", "shop")
        assert row["complete_levels"] == {"revenue": "organization"}

    def test_of_another_organization_is_not_there(self, owner, make_principal):
        foreign = make_connection(make_principal().organization_id)

        answer = owner.get(f"{PATH}/{foreign.id}")

        assert (answer.status_code, answer.json()["code"]) == (404, "connection_not_found")


class TestRemoveConnection:
    def test_removes_its_metrics_and_tells_of_their_days(self, owner):
        made = make_metrics(make_connection(owner.organization_id), days=3, revenue=1)

        assert owner.delete(f"{PATH}/{made.id}").status_code == 204

        assert DailyMetric.unscoped.count() == 0
        [event] = Outbox.objects.filter(topic="integrations.metrics.changed")
        assert b'"source_id":"%s"' % str(made.id).encode() in bytes(event.payload)
        assert b'"last_date":"2026-01-03"' in bytes(event.payload)

    def test_tells_of_nothing_where_there_were_no_metrics(self, owner):
        made = make_connection(owner.organization_id)

        owner.delete(f"{PATH}/{made.id}")

        assert not Outbox.objects.filter(topic="integrations.metrics.changed").exists()
