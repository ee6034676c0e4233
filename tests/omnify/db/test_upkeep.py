"""Rows that nobody needs any more are deleted, a batch at a time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from omnify.db import upkeep
from omnify.db.upkeep import forget_old, iter_forgetful
from omnify.events.models import KEPT_DELIVERIES, Delivery
from omnify.events.worker import EventThread
from omnify.idempotency.models import KEPT_ANSWERS, KeptAnswer
from omnify.jobs.models import KEPT_JOBS, Effect, Job, Signal

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


def make_delivery(key, **fields):
    values = {"event_id": uuid4(), "version": 1, "shard": 0, "payload": b"", "origin": b""}
    return Delivery.objects.create(key=key, **values, **fields)


def make_job(key, **fields):
    job = Job.objects.create(service="auth", kind="auth.paint", key=key, input=b"", **fields)
    Effect.objects.create(job=job, number=1, name="step")
    Signal.objects.create(job=job, topic="told", value=b"")


class TestForgetOld:
    def test_forgets_deliveries_that_were_handled_long_ago(self):
        make_delivery("old", state="done", done_at=NOW - KEPT_DELIVERIES - MINUTE)
        make_delivery("young", state="done", done_at=NOW - KEPT_DELIVERIES + MINUTE)
        make_delivery("waits", state="new")
        make_delivery("dead", state="dead")

        forget_old("default", now=NOW)

        assert {row.key for row in Delivery.objects.all()} == {"young", "waits", "dead"}

    def test_forgets_jobs_that_ended_long_ago_with_all_of_theirs(self):
        make_job("old", state="failed", finished_at=NOW - KEPT_JOBS - MINUTE)
        make_job("young", state="succeeded", finished_at=NOW - KEPT_JOBS + MINUTE)
        make_job("waits", state="running", started_at=NOW - 9 * KEPT_JOBS)

        forget_old("default", now=NOW)

        assert {row.key for row in Job.objects.all()} == {"young", "waits"}
        assert (Effect.objects.count(), Signal.objects.count()) == (2, 2)

    def test_forgets_answers_to_requests_of_long_ago(self):
        for key, age in (("old", KEPT_ANSWERS + MINUTE), ("young", KEPT_ANSWERS - MINUTE)):
            KeptAnswer.objects.create(scope="s", key=key, request_hash="", answer=b"")
            KeptAnswer.objects.filter(key=key).update(created_at=NOW - age)

        forget_old("default", now=NOW)

        assert KeptAnswer.objects.get().key == "young"

    def test_takes_a_batch_and_tells_whether_there_are_more(self, monkeypatch):
        monkeypatch.setattr(upkeep, "_BATCH", 2)
        for _ in range(3):
            make_delivery("old", state="done", done_at=NOW - KEPT_DELIVERIES - MINUTE)

        assert forget_old("default", now=NOW)
        assert Delivery.objects.count() == 1
        assert not forget_old("default", now=NOW)
        assert not Delivery.objects.exists()


class TestIterForgetful:
    def test_finds_each_models_own_rule(self):
        assert {model.__name__ for model, _ in iter_forgetful("default")} == {
            "Delivery",
            "EmailToken",
            "Job",
            "KeptAnswer",
            "Session",
        }

    def test_leaves_tables_out_that_live_in_another_database(self, settings):
        settings.DATABASE_ALIASES = settings.DATABASE_ALIASES | {"auth": "auth"}

        assert {model.__name__ for model, _ in iter_forgetful("default")} == {
            "Delivery",
            "Job",
            "KeptAnswer",
        }


class TestEventThread:
    def test_does_it_now_and_then(self):
        thread = EventThread()
        for _ in range(2):
            make_delivery("old", state="done", done_at=NOW - KEPT_DELIVERIES - MINUTE)
            thread._keep_up()

        assert Delivery.objects.count() == 1  # The second time it was not due.
