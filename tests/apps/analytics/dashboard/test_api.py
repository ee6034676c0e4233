"""The dashboard's numbers over HTTP."""

import pytest

from apps.analytics.metrics.validation import EARLIEST_DAY, MAX_DAYS
from tests.apps.analytics.requests import TWO_CHANNELS, TWO_MONTHS, stats
from tests.apps.integrations.requests import send
from tests.journeys import main_job

pytestmark = pytest.mark.django_db


class TestDashboardStats:
    def test_shares_and_series_add_up_to_the_totals(self, real):
        body = stats(real, **main_job.RANGE).json()

        assert body["totals"]["mer_pct"] == "0.0383"
        assert sum(float(row["spend_share"]) for row in body["channels"]) == pytest.approx(
            1, abs=1e-3
        )
        spent = sum(float(row["spend"]) for row in body["channels"])
        assert spent == pytest.approx(14529098.51, abs=0.05)
        assert (body["grain"], len(body["series"])) == ("week", 208)
        assert sum(float(row["spend"]) for row in body["series"]) == pytest.approx(spent, abs=2)

    def test_compares_with_as_many_days_before(self, owner):
        send(owner, TWO_MONTHS, TWO_CHANNELS)

        body = stats(owner, **{"from": "2026-02-01", "to": "2026-02-28"}).json()

        assert body["totals"]["spend"] == "5.00"
        assert body["previous"]["totals"]["spend"] == "15.00"
        assert (body["previous"]["from"], body["previous"]["to"]) == ("2026-01-04", "2026-01-31")

    def test_goes_back_from_the_last_day_with_data(self, owner):
        send(owner)

        body = stats(owner, days=7).json()

        assert (body["from"], body["to"]) == ("2025-12-27", "2026-01-02")
        assert body["previous"]["totals"] is None
        assert "there is no spend" in body["previous"]["reason"]

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
    def test_refuses_days_that_make_no_range(self, owner, days):
        send(owner)

        assert stats(owner, **days).status_code == 400

    def test_answers_for_the_first_day_there_is(self, owner):
        send(owner)
        first = EARLIEST_DAY.isoformat()

        assert stats(owner, **{"from": first, "to": first}).status_code == 200

    def test_names_the_service_that_is_out_of_reach(self, owner, integrations_away):
        answer = stats(owner)

        assert answer.status_code == 503
        assert answer.json()["service"] == "integrations"
