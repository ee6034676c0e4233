"""Forecasts over HTTP: honest, repeatable, and there when analytics is away."""

import pytest

from apps.ml import operations
from apps.ml.models import StoredForecast
from omnify.flags.decisions import reset_flags
from omnify.flags.models import Flag
from omnify.jobs import asking
from omnify.jobs.asking import MOST_OPEN
from tests.world import answer_questions, import_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand(registered):
    import_file(registered)
    return registered


def ask(client, **query):
    body = {"metric": "revenue", "grain": "week", "horizon": 4, **query}
    return client.post("/api/predictive/forecast", body, format="json")


class TestForecast:
    def test_answers_get_as_it_answers_post(self, brand):
        path = "/api/predictive/forecast?metric=revenue&grain=week&horizon=4"

        assert brand.get(path).json() == ask(brand).json()

    def test_forecasts_one_channel(self, brand):
        body = ask(brand, metric="spend", channel="tv").json()

        assert body["channel"] == "tv"
        assert body["unit"] == "currency"

    def test_counts_are_no_money(self, brand):
        body = ask(brand, metric="clicks", channel="search").json()

        assert body["unit"] == "count"

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"metric": "happiness"}, "metric"),
            ({"metric": "ctr"}, "metric"),
            ({"grain": "hour"}, "grain"),
            ({"horizon": 105}, "horizon"),
            ({"horizon": 0}, "horizon"),
        ],
    )
    def test_names_what_cannot_be_forecast(self, brand, query, field):
        answer = ask(brand, **query)

        assert answer.status_code == 400
        assert field in [error["field"] for error in answer.json()["errors"]]

    @pytest.mark.parametrize(
        "query", [{"channel": "radio"}, {"grain": "day"}, {"metric": "conversions"}]
    )
    def test_says_what_is_missing(self, brand, query):
        answer = ask(brand, **query)

        assert (answer.status_code, answer.json()["code"]) == (422, "insufficient_data")

    def test_needs_data(self, registered):
        assert ask(registered).json()["missing"] == "metrics"


class TestForecastThatTakesLong:
    @pytest.fixture(autouse=True)
    def no_worker(self, monkeypatch):
        """Nobody answers while the request waits."""
        monkeypatch.setattr(asking, "wake_workers", lambda _service: None)
        monkeypatch.setattr(operations, "WAIT_SECONDS", 0.0)

    @pytest.mark.parametrize(("method", "how"), [("get", {}), ("post", {"format": "json"})])
    def test_names_its_job_whose_result_it_becomes(self, brand, monkeypatch, method, how):
        query = {"metric": "revenue", "horizon": 4}

        answer = getattr(brand, method)("/api/predictive/forecast", query, **how)
        waiting = brand.get(answer["Location"]).json()
        answer_questions("ml")
        done = brand.get(answer["Location"]).json()
        monkeypatch.setattr(asking, "wake_workers", answer_questions)
        monkeypatch.setattr(operations, "WAIT_SECONDS", 60.0)

        assert answer.status_code == 202
        assert (waiting["id"], waiting["state"]) == (answer.json()["job_id"], "queued")
        assert done["state"] == "succeeded"
        assert {**done["result"], "age_seconds": 0} == ask(brand).json()

    def test_needs_no_worker_to_be_refused(self, brand):
        assert ask(brand, metric="happiness").status_code == 400

    def test_becomes_no_queue(self, brand):
        answers = [ask(brand) for _ in range(MOST_OPEN + 1)]

        assert [each.status_code for each in answers] == [202] * MOST_OPEN + [429]
        assert answers[-1].json()["code"] == "too_much_at_once"


class TestForecastWithoutAnalytics:
    @pytest.fixture
    def analytics_away(self):
        def switch_off():
            Flag.objects.create(name="rpc.analytics.daily_series")
            reset_flags()

        return switch_off

    def test_answers_the_last_one_with_its_age(self, brand, analytics_away):
        fresh = ask(brand).json()
        analytics_away()

        kept = ask(brand).json()

        assert kept["degraded"] == ["analytics"]
        assert kept["points"] == fresh["points"]
        assert StoredForecast.unscoped.count() == 1

    def test_is_unavailable_when_there_is_none(self, brand, analytics_away):
        analytics_away()

        answer = ask(brand)

        assert (answer.status_code, answer.json()["code"]) == (503, "method_switched_off")
