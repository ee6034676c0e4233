"""Queries and the list of measures over HTTP, and a series through the contract."""

from datetime import date, timedelta

import pytest
from rest_framework.test import APIClient

from apps.analytics.contract import Analytics, SeriesQuery
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.validation import MAX_DAYS
from omnify.context import acting_as
from omnify.services.client import client_of
from tests.apps.analytics.requests import TWO_CHANNELS, TWO_MONTHS, ask
from tests.apps.integrations.requests import send
from tests.factories.auth import make_organization
from tests.factories.integrations import make_connection, make_metrics
from tests.journeys import main_job

pytestmark = pytest.mark.django_db


class TestQuery:
    def test_sums_to_the_cent_over_every_dimension(self, real):
        by = {
            dimensions: ask(
                real,
                **main_job.RANGE,
                dimensions=list(dimensions),
                grain="week",
                precision="exact",
            )
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

    def test_splits_no_week(self, real):
        """The file's rows are weeks: no day has a number, and months lack those they cut."""
        asked = {**main_job.RANGE, "measures": ["revenue"], "dimensions": ["period"]}
        rows = {
            grain: ask(real, **asked, grain=grain).json()["rows"]
            for grain in ("day", "week", "month")
        }

        assert rows["day"] == []
        assert round(sum(float(row["revenue"]) for row in rows["week"])) == 379005697
        assert not any(row["is_partial"] for row in rows["week"])
        assert [row["days"] for row in rows["month"][:2]] == [
            {"with": 7, "of": 30},
            {"with": 21, "of": 31},
        ]

    def test_groups_by_channel_and_month(self, owner):
        send(owner, TWO_MONTHS, TWO_CHANNELS)

        body = ask(
            owner,
            measures=["spend", "cpc"],
            dimensions=["channel", "period"],
            grain="month",
            to="2026-12-31",
        ).json()

        shown = ("channel", "period", "spend", "cpc")
        assert [{name: row[name] for name in shown} for row in body["rows"]] == [
            {"channel": "tv", "period": "2026-01-01", "spend": "10.00", "cpc": None},
            {"channel": "tv", "period": "2026-02-01", "spend": "0.00", "cpc": None},
            {"channel": "web", "period": "2026-01-01", "spend": "5.00", "cpc": "1.2500"},
            {"channel": "web", "period": "2026-02-01", "spend": "5.00", "cpc": None},
        ]

    def test_knows_no_revenue_of_a_single_channel(self, owner):
        send(owner, TWO_MONTHS, TWO_CHANNELS)

        totals = ask(owner, filters={"channel": ["web"]}).json()["totals"]

        assert totals == {"spend": "5.00", "revenue": None}

    def test_answers_nothing_known_where_no_day_has_numbers(self, owner):
        send(owner)

        body = ask(owner, **{"from": "2027-01-01", "to": "2027-01-31"}).json()

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
    def test_refuses_by_field_and_never_answers_something_else(self, owner, changes, field):
        send(owner)

        answer = ask(owner, **changes)

        assert answer.status_code == 400, answer.json()
        assert answer.json()["errors"][0]["field"] == field

    def test_says_that_there_are_no_metrics_at_all(self, owner):
        answer = ask(owner)

        assert answer.status_code == 422
        assert (answer.json()["code"], answer.json()["missing"]) == ("insufficient_data", "metrics")

    def test_sees_no_other_organization_s_numbers(self, owner, client_for, make_principal):
        send(owner)

        assert ask(owner).json()["totals"]["spend"] == "10.00"
        other = client_for(make_principal(organization_id=make_organization().id))
        assert ask(other).json()["code"] == "insufficient_data"

    def test_needs_the_permission(self, client_for, make_principal):
        assert ask(client_for(make_principal(permissions=()))).status_code == 403
        assert ask(APIClient()).status_code == 401

    def test_names_the_service_that_is_out_of_reach(self, owner, integrations_away):
        answer = ask(owner)

        assert answer.status_code == 503
        assert answer.json()["service"] == "integrations"


class TestSeries:
    def test_covers_the_whole_history_however_long(self, owner, make_principal):
        last = date(2026, 1, 1)
        first = last - timedelta(days=MAX_DAYS + 100)
        send(owner, f"day,sales,tv\n{first},1,1\n{last},2,2\n")
        principal = make_principal(organization_id=owner.organization_id)

        with acting_as(principal):
            series = client_of(Analytics).daily_series(SeriesQuery(measure="revenue", grain="day"))

        assert [point.period for point in series.points] == [first, last]

    @pytest.mark.parametrize("measure", ["spend", "revenue", "attributed_revenue", "reach", "cpm"])
    def test_has_the_numbers_of_a_query_by_period(self, owner, make_principal, measure):
        """Of some measures, facts that do not know them are not read for a series."""
        connection = make_connection(owner.organization_id)
        tv = {"spend": 10, "impressions": 1000}
        web = {"spend": lambda day: day, "attributed_revenue": lambda day: 3 * day}
        make_metrics(connection, days=20, revenue=100, channels={"tv": tv, "web": web})
        make_metrics(connection, first=date(2026, 1, 30), currency="USD", revenue=7)
        make_metrics(connection, first=date(2026, 1, 14), channels={"social": {"reach": 5}})
        days = {"from": "2026-01-01", "to": "2026-01-31"}

        rows = ask(owner, measures=[measure], dimensions=["period"], grain="week", **days).json()
        with acting_as(make_principal(organization_id=owner.organization_id)):
            series = client_of(Analytics).daily_series(SeriesQuery(measure=measure, grain="week"))

        assert [
            (str(point.period), format_value(measure, point.value, currency="EUR"))
            for point in series.points
        ] == [(row["period"], row[measure]) for row in rows["rows"] if row[measure]]


class TestMeasures:
    def test_tell_their_formulas(self, owner):
        rows = owner.get("/api/analytics/measures").json()["results"]

        formulas = {row["name"]: row["formula"] for row in rows}
        assert formulas["cpm"] == "1000 * spend / impressions"
        assert formulas["mer_pct"] == "spend / revenue"
