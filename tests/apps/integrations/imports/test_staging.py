"""A file too large for a request is taken by a job: all of it or nothing, and once."""

from datetime import date, timedelta

import pytest

from apps.integrations.imports.operations import importing, staging
from apps.integrations.models import DailyMetric, StagedFile, StagedMetric
from omnify.events.models import Outbox
from omnify.jobs import execution
from omnify.jobs.models import Effect, Job
from tests.apps.integrations.requests import send, spend_of

pytestmark = pytest.mark.django_db(transaction=True)
CHANNELS = [f"c{number}" for number in range(20)]
DAYS = 50
MAPPING = {
    "date": "day",
    "currency": "EUR",
    "channels": [{"name": name, "spend": name} for name in CHANNELS],
}
CLICKS = {**MAPPING, "channels": [{"name": "c0", "clicks": "clicks"}]}


@pytest.fixture
def text(monkeypatch):
    """More metrics than a request takes, each of one; the limits are smaller than the real ones."""
    monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 900)
    monkeypatch.setattr(staging, "STEP_METRICS", 100)
    first = date(2026, 1, 1)
    ones = ",".join("1" for _ in CHANNELS)
    lines = [f"{first + timedelta(days=number)},{ones}" for number in range(DAYS)]
    return "\n".join(["day," + ",".join(CHANNELS), *lines, ""])


def import_jobs():
    return Job.objects.filter(kind="integrations.commit_import")


def run_job():
    execution.run_job("integrations", str(import_jobs().get().id))
    return import_jobs().get()


class TestLargeImport:
    def test_is_accepted_and_counts_when_the_job_is_done(self, registered, text):
        answer = send(registered, text, MAPPING)

        assert answer.status_code == 202, answer.json()
        assert answer.json()["metrics"] == DAYS * len(CHANNELS)
        assert not DailyMetric.unscoped.exists()

        run_job()
        report = registered.get(answer["Location"]).json()
        assert (report["state"], report["error"]) == ("succeeded", "")
        assert report["done"] == report["total"]
        assert report["result"]["metrics"] == DAYS * len(CHANNELS)
        assert spend_of(registered)["spend"] == f"{DAYS * len(CHANNELS)}.00"
        assert not StagedFile.unscoped.exists()
        assert Outbox.objects.filter(topic="integrations.metrics.changed").count() == 1

    def test_counts_nothing_while_it_is_under_way(self, registered, text):
        send(registered, text, MAPPING)
        job_id = import_jobs().get().id

        class Killed(BaseException):
            pass

        original = staging.stage_metrics

        staged = []

        def stage(staged_id, piece, currency):
            if len(staged) == 4:
                raise Killed
            staged.append(piece)
            original(staged_id, piece, currency)

        stage.__qualname__ = original.__qualname__
        staging.stage_metrics = stage
        try:
            with pytest.raises(Killed):
                execution.run_job("integrations", str(job_id))
        finally:
            staging.stage_metrics = original

        assert StagedMetric.unscoped.count() == 400
        assert not DailyMetric.unscoped.exists()
        assert run_job().state == "succeeded"
        assert DailyMetric.unscoped.count() == DAYS * len(CHANNELS)
        assert not Effect.objects.exclude(job_id=job_id).exists()

    def test_leaves_nothing_when_it_is_cancelled(self, registered, text):
        answer = send(registered, text, MAPPING)
        cancelled = registered.delete(answer["Location"])
        run_job()

        assert cancelled.status_code == 204
        assert registered.get(answer["Location"]).json()["state"] == "cancelled"
        assert not DailyMetric.unscoped.exists()

    def test_keeps_what_it_does_not_name(self, registered, text):
        send(registered, "day,clicks\n2026-01-01,7\n", CLICKS)
        send(registered, text, MAPPING)
        run_job()

        kept = DailyMetric.unscoped.get(channel="c0", date="2026-01-01")
        assert (kept.clicks_micros, kept.spend_micros) == (7_000_000, 1_000_000)
