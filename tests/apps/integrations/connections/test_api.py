"""Connections over HTTP: listed in pages, and removed with their metrics."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from apps.integrations.metrics.models import DailyMetric
from omnify.events.models import Outbox
from tests.apps.integrations.requests import own_queries, pages_of
from tests.factories.integrations import make_connection, make_metrics

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, tzinfo=UTC)
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

    def test_keeps_what_it_brought_where_that_is_asked(self, owner):
        made = make_metrics(make_connection(owner.organization_id), days=3, revenue=1)

        assert owner.delete(f"{PATH}/{made.id}?data=keep").status_code == 204

        assert DailyMetric.unscoped.count() == 3
        assert owner.get(f"{PATH}/{made.id}").json()["state"] == "disconnected"

    def test_refuses_another_word(self, owner):
        made = make_connection(owner.organization_id)

        assert owner.delete(f"{PATH}/{made.id}?data=some").status_code == 400


class TestChangeConnection:
    def test_changes_what_is_named_and_keeps_the_rest(self, owner):
        made = make_connection(owner.organization_id, name="shop", interval_minutes=60)

        answer = owner.patch(
            f"{PATH}/{made.id}", {"name": " Store ", "window": "7d_click"}, format="json"
        )

        assert answer.status_code == 200
        row = owner.get(f"{PATH}/{made.id}").json()
        assert (row["name"], row["window"], row["interval_minutes"]) == ("Store", "7d_click", 60)

    def test_refuses_the_name_of_another_one(self, owner):
        make_connection(owner.organization_id, name="Shop")
        made = make_connection(owner.organization_id)

        answer = owner.patch(f"{PATH}/{made.id}", {"name": "shop"}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "connection_name_taken")

    @pytest.mark.parametrize(
        ("platform", "window", "words"),
        [
            ("meta_ads", "7d_view", "no attribution window 7d_view: choose of 1d_click"),
            ("meta_ads", "7d_click,28d_click", "one holds another"),
            ("google_ads", "7d_click", "without a choice"),
        ],
    )
    def test_refuses_a_window_that_its_platform_lacks(self, owner, platform, window, words):
        made = make_connection(owner.organization_id, platform=platform)

        answer = owner.patch(f"{PATH}/{made.id}", {"window": window}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, "window_unknown")
        assert words in answer.json()["detail"]
        assert owner.get(f"{PATH}/{made.id}").json()["window"] == ""

    def test_tells_of_the_days_whose_orders_count_otherwise(self, owner):
        former = make_connection(owner.organization_id, is_primary=True)
        made = make_connection(owner.organization_id)
        for each in (former, made):
            make_metrics(each, days=2, revenue=1)

        for _ in range(2):
            owner.patch(f"{PATH}/{made.id}", {"primary": True}, format="json")

        events = Outbox.objects.filter(topic="integrations.metrics.changed")
        told = {json.loads(bytes(each.payload))["source_id"] for each in events}
        assert (len(events), told) == (2, {str(former.id), str(made.id)})

    def test_makes_one_alone_the_primary_of_its_brand(self, owner):
        former = make_connection(owner.organization_id, is_primary=True)
        other_brand = make_connection(owner.organization_id, is_primary=True, brand_id=uuid4())
        made = make_connection(owner.organization_id)

        owner.patch(f"{PATH}/{made.id}", {"primary": True}, format="json")

        rows = {row["id"]: row["is_primary"] for row in owner.get(PATH).json()["results"]}
        assert rows == {str(former.id): False, str(other_brand.id): True, str(made.id): True}

    @pytest.mark.parametrize("change", [{"interval": 1}, {"name": "  "}, {"window": "<script>"}])
    def test_refuses_what_makes_no_sense(self, owner, change):
        made = make_connection(owner.organization_id)

        assert owner.patch(f"{PATH}/{made.id}", change, format="json").status_code == 400

    def test_is_for_those_who_may_connect(self, make_principal, client_for):
        viewer = make_principal("viewer")
        made = make_connection(viewer.organization_id)

        assert (
            client_for(viewer).patch(f"{PATH}/{made.id}", {"name": "x"}, format="json").status_code
            == 403
        )


class TestState:
    @pytest.mark.parametrize(
        ("facts", "word"),
        [
            ({}, "healthy"),
            ({"paused_at": NOW}, "paused"),
            ({"paused_at": NOW, "disconnected_at": NOW}, "disconnected"),
        ],
    )
    def test_is_the_first_word_that_holds(self, owner, facts, word):
        made = make_connection(owner.organization_id, **facts)

        assert owner.get(f"{PATH}/{made.id}").json()["state"] == word
