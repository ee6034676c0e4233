"""Forecasts are made anew by a job when the metrics they rest on change."""

import pytest

from apps.ml.models import StoredForecast
from omnify.events.models import Delivery, Outbox
from omnify.jobs.models import Job
from tests.world import deliver, import_file, run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brand(registered):
    assert import_file(registered).status_code == 201
    return registered


class TestRefresh:
    def test_follows_an_import(self, brand):
        deliver()
        [row] = run_jobs("ml")

        assert (row.state, row.error) == ("succeeded", "")
        listed = brand.get("/api/predictive/predictions").json()["results"]
        assert {(item["metric"], item["grain"], item["horizon"]) for item in listed} == {
            ("revenue", "week", 13),
            ("spend", "week", 13),
        }
        assert len(listed[0]["forecast"]["points"]) == 13
        assert Outbox.objects.filter(topic="ml.prediction.ready").count() == 2

    def test_answers_again_what_was_asked_before(self, brand):
        brand.post("/api/predictive/forecast", {"metric": "revenue", "horizon": 4}, format="json")
        before = StoredForecast.unscoped.get(horizon=4).made_at
        deliver()
        run_jobs("ml")

        assert StoredForecast.unscoped.get(horizon=4).made_at > before

    def test_is_one_job_for_changes_that_come_together(self, brand):
        deliver()
        brand.delete(
            "/api/integrations/connections/"
            + brand.get("/api/integrations/connections").json()["results"][0]["id"]
        )
        deliver()

        assert Delivery.objects.filter(subscriber="ml", state="done").count() == 2
        assert Job.objects.filter(kind="ml.refresh_forecasts").count() == 1

    def test_follows_other_exchange_rates(self, brand):
        deliver()
        run_jobs("ml")
        rate = {"date": "2026-01-02", "base": "EUR", "currency": "USD", "rate": "1.1"}
        brand.post("/api/integrations/rates", rate, format="json")
        deliver()

        assert Job.objects.filter(kind="ml.refresh_forecasts").count() == 2

    def test_keeps_what_it_has_when_there_is_less_data_now(self, brand):
        deliver()
        connection = brand.get("/api/integrations/connections").json()["results"][0]
        brand.delete(f"/api/integrations/connections/{connection['id']}")

        [row] = run_jobs("ml")
        assert row.state == "succeeded"
        assert not StoredForecast.unscoped.exists()

    def test_shows_its_progress(self, brand):
        job_id = brand.post("/api/predictive/predictions").json()["job_id"]
        run_jobs("ml")
        report = brand.get(f"/api/predictive/jobs/{job_id}").json()

        assert (report["state"], report["done"], report["total"]) == ("succeeded", 2, 2)
