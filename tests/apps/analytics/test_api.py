"""Queries, saved views and the dashboard's numbers over HTTP."""

import json
import socket
from datetime import date, timedelta
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.analytics.metrics.validation import EARLIEST_DAY, MAX_DAYS
from apps.analytics.models import SavedView
from omnify.services.client import client_of
from tests.apps.integrations.imports.test_importing import GOOD, MAPPING, send
from tests.journeys import main_job

pytestmark = pytest.mark.django_db
QUERY = {"measures": ["spend", "revenue"], "from": "2026-01-01", "to": "2026-01-31"}
REAL_DAYS = main_job.RANGE
TWO_CHANNELS = {
    **MAPPING,
    "channels": [
        {"name": "tv", "spend": "tv"},
        {"name": "web", "spend": "web", "clicks": "clicks"},
    ],
}
TWO_MONTHS = "day,sales,tv,web,clicks\n2026-01-05,100,10,5,4\n2026-02-02,50,0,5,0\n"


def ask(client, **changes):
    return client.post("/api/analytics/query", {**QUERY, **changes}, format="json")


def stats(client, **params):
    return client.get("/api/analytics/dashboard/stats", params)


@pytest.fixture
def real(registered):
    """An organization that imported the real file."""
    mapping = json.loads(main_job.MAPPING.read_text())
    assert send(registered, main_job.FILE.read_bytes(), mapping).status_code == 201
    return registered


@pytest.fixture
def integrations_away(settings):
    """Integrations is another process, and nobody listens at its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings.HOSTED_SERVICES = tuple(n for n in settings.HOSTED_SERVICES if n != "integrations")
    settings.SERVICE_URLS = {"integrations": (address,)}
    client_of.cache_clear()
    yield
    client_of.cache_clear()


class TestQuery:
    def test_sums_to_the_cent_over_every_dimension(self, real):
        by = {
            dimensions: ask(real, **REAL_DAYS, dimensions=list(dimensions), precision="exact")
            for dimensions in [(), ("channel",), ("period",), ("channel", "period")]
        }

        for dimensions, answer in by.items():
            body = answer.json()
            assert body["totals"]["spend"].startswith("14529098.51")
            if dimensions:
                # In millionths, so that a lost one shows.
                spent = sum(
                    int(row["spend"].replace(".", "")) for row in body["rows"] if row["spend"]
                )
                assert spent == int(body["totals"]["spend"].replace(".", "")), dimensions

    @pytest.mark.parametrize("grain", ["day", "week", "month"])
    def test_loses_nothing_at_any_grain(self, real, grain):
        body = ask(
            real, **REAL_DAYS, measures=["revenue"], dimensions=["period"], grain=grain
        ).json()

        assert body["totals"]["revenue"] == "379005696.67"
        assert round(sum(float(row["revenue"]) for row in body["rows"])) == 379005697

    def test_groups_by_channel_and_month(self, registered):
        send(registered, TWO_MONTHS, TWO_CHANNELS)

        body = ask(
            registered,
            measures=["spend", "cpc"],
            dimensions=["channel", "period"],
            grain="month",
            to="2026-12-31",
        ).json()

        assert body["rows"] == [
            {"channel": "tv", "period": "2026-01-01", "spend": "10.00", "cpc": None},
            {"channel": "tv", "period": "2026-02-01", "spend": "0.00", "cpc": None},
            {"channel": "web", "period": "2026-01-01", "spend": "5.00", "cpc": "1.2500"},
            {"channel": "web", "period": "2026-02-01", "spend": "5.00", "cpc": None},
        ]

    def test_knows_no_revenue_of_a_single_channel(self, registered):
        send(registered, TWO_MONTHS, TWO_CHANNELS)

        totals = ask(registered, filters={"channel": ["web"]}).json()["totals"]

        assert totals == {"spend": "5.00", "revenue": None}

    def test_answers_nothing_known_where_no_day_has_numbers(self, registered):
        send(registered)

        body = ask(registered, **{"from": "2027-01-01", "to": "2027-01-31"}).json()

        assert body["totals"] == {"spend": None, "revenue": None}
        assert body["rows"] == []

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"filters": {"brand": ["x"]}}, "filters.brand"),
            ({"filter": {"channel": ["tv"]}}, "filter"),
            ({"filters": {"channel": []}}, "filters.channel"),
            ({"measures": []}, "measures"),
            ({"measures": ["happiness"]}, "measures"),
            ({"dimensions": ["moon"]}, "dimensions"),
            ({"grain": "era"}, "grain"),
            ({"precision": "rough"}, "precision"),
            ({"from": "yesterday"}, "from"),
            ({"from": "2026-02-01"}, "from"),
            ({"from": "0001-01-01", "to": "0001-01-05"}, "from"),
        ],
    )
    def test_refuses_by_field_and_never_answers_something_else(self, registered, changes, field):
        send(registered)

        answer = ask(registered, **changes)

        assert answer.status_code == 400, answer.json()
        assert answer.json()["errors"][0]["field"] == field

    def test_says_that_there_are_no_metrics_at_all(self, registered):
        answer = ask(registered)

        assert answer.status_code == 422
        assert (answer.json()["code"], answer.json()["missing"]) == ("insufficient_data", "metrics")

    def test_sees_no_other_organization_s_numbers(self, registered, client_for, make_principal):
        send(registered)

        assert ask(registered).json()["totals"]["spend"] == "10.00"
        assert ask(client_for(make_principal())).json()["code"] == "insufficient_data"

    def test_needs_the_permission(self, client_for, make_principal):
        assert ask(client_for(make_principal(permissions=()))).status_code == 403
        assert ask(APIClient()).status_code == 401

    def test_names_the_service_that_is_out_of_reach(self, registered, integrations_away):
        answer = ask(registered)

        assert answer.status_code == 503
        assert answer.json()["service"] == "integrations"
        assert stats(registered).status_code == 503


class TestDashboardStats:
    def test_shares_and_series_add_up_to_the_totals(self, real):
        body = stats(real, **REAL_DAYS).json()

        assert body["totals"]["mer_pct"] == "0.0383"
        assert sum(float(row["spend_share"]) for row in body["channels"]) == pytest.approx(
            1, abs=1e-3
        )
        spent = sum(float(row["spend"]) for row in body["channels"])
        assert spent == pytest.approx(14529098.51, abs=0.05)
        assert (body["grain"], len(body["series"])) == ("week", 208)
        assert sum(float(row["spend"]) for row in body["series"]) == pytest.approx(spent, abs=2)

    def test_compares_with_as_many_days_before(self, registered):
        send(registered, TWO_MONTHS, TWO_CHANNELS)

        body = stats(registered, **{"from": "2026-02-01", "to": "2026-02-28"}).json()

        assert body["totals"]["spend"] == "5.00"
        assert body["previous"]["totals"]["spend"] == "15.00"
        assert (body["previous"]["from"], body["previous"]["to"]) == ("2026-01-04", "2026-01-31")

    def test_goes_back_from_the_last_day_with_data(self, registered):
        send(registered)

        body = stats(registered, days=7).json()

        assert (body["from"], body["to"]) == ("2025-12-27", "2026-01-02")
        assert body["previous"] is None

    @pytest.mark.parametrize(
        "days",
        [
            {"from": "0001-01-02", "to": "0001-01-05"},
            {"to": "0001-01-05"},
            {"to": "1970-01-05", "days": MAX_DAYS},
            {"from": "2026-01-02", "to": "2026-01-01"},
            {"from": "1990-01-01", "to": "2026-01-01"},
            {"days": 0},
            {"days": MAX_DAYS + 1},
            {"from": "soon"},
        ],
    )
    def test_refuses_days_that_make_no_range(self, registered, days):
        send(registered)

        assert stats(registered, **days).status_code == 400

    def test_answers_for_the_first_day_there_is(self, registered):
        send(registered)
        first = EARLIEST_DAY.isoformat()

        assert stats(registered, **{"from": first, "to": first}).status_code == 200


class TestSeries:
    def test_covers_the_whole_history_however_long(self, registered, make_principal):
        from apps.analytics.contract import Analytics, SeriesQuery
        from omnify.context import acting_as

        last = date(2026, 1, 1)
        first = last - timedelta(days=MAX_DAYS + 100)
        send(registered, f"day,sales,tv\n{first},1,1\n{last},2,2\n")
        owner = make_principal(organization_id=_organization(registered))

        with acting_as(owner):
            series = client_of(Analytics).daily_series(SeriesQuery(measure="revenue", grain="day"))

        assert [point.period for point in series.points] == [first, last]


class TestMeasures:
    def test_tell_their_formulas(self, registered):
        rows = registered.get("/api/analytics/measures").json()["results"]

        formulas = {row["name"]: row["formula"] for row in rows}
        assert formulas["cpm"] == "1000 * spend / impressions"
        assert formulas["mer_pct"] == "spend / revenue"


class TestSavedViews:
    def save(self, client, name="mine", **changes):
        body = {"name": name, "query": {**QUERY, **changes}}
        return client.post("/api/analytics/views", body, format="json")

    def test_answer_as_the_query_they_keep(self, registered):
        send(registered, GOOD)
        view = self.save(registered, dimensions=["channel"]).json()

        found = registered.get(f"/api/analytics/views/{view['id']}/data").json()

        assert found == ask(registered, dimensions=["channel"]).json()
        assert found["rows"] == [{"channel": "tv", "spend": "10.00", "revenue": None}]

    def test_keep_what_was_validated_and_no_more(self, registered):
        view = self.save(registered, filters={"channel": ["tv"]}).json()

        assert SavedView.unscoped.get().query == {
            **QUERY,
            "dimensions": [],
            "filters": {"channel": ["tv"]},
            "grain": "day",
            "precision": "minor",
        }
        assert registered.get(f"/api/analytics/views/{view['id']}").json() == view

    def test_refuse_what_a_query_would_be_refused_for(self, registered):
        for changes in ({"measures": ["happiness"]}, {"junk": "\0"}, {"from": "2027-01-01"}):
            assert self.save(registered, **changes).status_code == 400
        assert SavedView.unscoped.count() == 0

    def test_have_a_name_of_their_own(self, registered, client_for, make_principal):
        assert self.save(registered).status_code == 201
        again = self.save(registered)

        assert (again.status_code, again.json()["code"]) == (409, "view_name_taken")
        assert self.save(client_for(make_principal())).status_code == 201

    def test_are_saved_once_per_key(self, registered):
        registered.credentials(
            HTTP_AUTHORIZATION=f"Bearer {registered.answer['access_token']}",
            HTTP_IDEMPOTENCY_KEY="view-1",
        )

        assert len({self.save(registered).json()["id"] for _ in range(2)}) == 1

    def test_go_when_deleted(self, registered):
        view = self.save(registered).json()

        assert registered.delete(f"/api/analytics/views/{view['id']}").status_code == 204
        assert registered.get(f"/api/analytics/views/{view['id']}").status_code == 404
        assert registered.delete(f"/api/analytics/views/{uuid4()}").status_code == 404

    def test_are_another_organization_s_no_business(self, registered, client_for, make_principal):
        self.save(registered)

        rows = client_for(make_principal()).get("/api/analytics/views").json()["results"]

        assert rows == []

    def test_list_at_the_same_cost_whatever_their_number(
        self, registered, django_assert_num_queries
    ):
        for number in range(3):
            self.save(registered, name=f"view {number}")

        with django_assert_num_queries(1):
            rows = registered.get("/api/analytics/views").json()["results"]

        assert [row["name"] for row in rows] == ["view 2", "view 1", "view 0"]


def _organization(registered):
    from uuid import UUID

    return UUID(registered.answer["organization"]["id"])
