"""A file too large for a request is taken by a job: all of it or nothing, and once."""

from datetime import date, timedelta

import pytest

from apps.integrations.imports import jobs
from apps.integrations.imports.layers import building, merging
from apps.integrations.imports.operations import committing, importing
from apps.integrations.models import (
    Change,
    Connection,
    CsvImport,
    DailyMetric,
    LayerChunk,
    StagedFile,
)
from omnify.events.models import Outbox
from omnify.jobs import execution
from omnify.jobs.models import Effect, Job
from omnify.jobs.operations import cancel_job
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


class KilledError(BaseException):
    pass


@pytest.fixture
def text(monkeypatch):
    """More metrics than a request takes, each of one; the limits are smaller than the real ones."""
    monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 900)
    monkeypatch.setattr(jobs, "STEP_METRICS", 100)
    monkeypatch.setattr(building, "CHUNK_ROWS", 100)
    monkeypatch.setattr(merging, "WINDOW_ROWS", 200)
    monkeypatch.setattr(committing, "STEP_SECONDS", 0.0)
    first = date(2026, 1, 1)
    ones = ",".join("1" for _ in CHANNELS)
    lines = [f"{first + timedelta(days=number)},{ones}" for number in range(DAYS)]
    return "\n".join(["day," + ",".join(CHANNELS), *lines, ""])


def import_jobs():
    return Job.objects.filter(kind="integrations.commit_import")


def run_job():
    execution.run_job("integrations", str(import_jobs().latest("id").id))
    return import_jobs().latest("id")


def stop_at(monkeypatch, name, count, stop):
    """Let something happen before a step of the job, from the n-th time on that it comes."""
    original, calls = getattr(committing, name), []

    def step(*args):
        calls.append(args)
        if len(calls) >= count:
            stop()
        return original(*args)

    step.__qualname__ = original.__qualname__
    step.__wrapped__ = original
    monkeypatch.setattr(committing, name, step)


def stop_when_built(monkeypatch, stop):
    """Let something happen when all rows are written and none of them counts yet."""
    original = committing.build_some

    def step(*args):
        progress = original(*args)
        if progress.is_over:
            stop()
        return progress

    step.__qualname__ = original.__qualname__
    step.__wrapped__ = original
    monkeypatch.setattr(committing, "build_some", step)


def kill():
    raise KilledError


def cancel():
    if import_jobs().get().state == Job.State.RUNNING:
        cancel_job("integrations", import_jobs().get().id)


def has_nothing():
    tables = (Change, Connection, CsvImport, DailyMetric, LayerChunk)
    return not any(table.unscoped.exists() for table in tables)


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

    @pytest.mark.parametrize(
        ("name", "count"), [("keep_chunks", 5), ("build_some", 2), ("flip_import", 1)]
    )
    def test_counts_nothing_until_a_job_that_died_is_done(
        self, registered, text, monkeypatch, name, count
    ):
        send(registered, text, MAPPING)
        job_id = import_jobs().get().id
        with monkeypatch.context() as patch:
            stop_at(patch, name, count, kill)
            with pytest.raises(KilledError):
                execution.run_job("integrations", str(job_id))

        assert spend_of_all() == 0
        assert run_job().state == "succeeded"
        assert spend_of_all() == DAYS * len(CHANNELS)
        assert not Effect.objects.exclude(job_id=job_id).exists()

    def test_leaves_nothing_when_it_is_cancelled_before_it_begins(self, registered, text):
        answer = send(registered, text, MAPPING)
        cancelled = registered.delete(answer["Location"])
        run_job()

        assert cancelled.status_code == 204
        assert registered.get(answer["Location"]).json()["state"] == "cancelled"
        assert has_nothing()

    @pytest.mark.parametrize(
        ("name", "count"), [("keep_chunks", 5), ("build_some", 1), ("build_some", 3)]
    )
    def test_leaves_nothing_when_it_is_cancelled(self, registered, text, monkeypatch, name, count):
        send(registered, text, MAPPING)
        stop_at(monkeypatch, name, count, cancel)

        assert run_job().state == "cancelled"
        assert has_nothing()
        assert not Outbox.objects.filter(topic="integrations.metrics.changed").exists()

    def test_leaves_what_was_there_when_it_is_cancelled(self, registered, text, monkeypatch):
        send(registered, "day,spend\n2026-01-01,7\n", of_channel("spend"))
        send(registered, text, MAPPING)
        stop_when_built(monkeypatch, cancel)
        run_job()

        [row] = DailyMetric.unscoped.all()
        assert (row.channel, row.spend_micros, row.until) == ("c0", 7_000_000, None)
        assert spend_of(registered)["spend"] == "7.00"

    def test_is_taken_back_by_the_next_import_when_it_was_cancelled_and_died(
        self, registered, text, monkeypatch
    ):
        send(registered, text, MAPPING)
        with monkeypatch.context() as patch:
            stop_when_built(patch, kill)
            with pytest.raises(KilledError):
                run_job()
        cancel()
        send(registered, "day,clicks\n2026-01-01,7\n", CLICKS)

        [row] = DailyMetric.unscoped.all()
        assert (row.clicks_micros, row.spend_micros) == (7_000_000, None)

    def test_is_finished_by_the_next_import_when_its_process_died(
        self, registered, text, monkeypatch
    ):
        send(registered, text, MAPPING)
        with monkeypatch.context() as patch:
            stop_at(patch, "build_some", 3, kill)
            with pytest.raises(KilledError):
                run_job()
        send(registered, "day,clicks\n2026-01-01,7\n", CLICKS)

        kept = DailyMetric.unscoped.get(channel="c0", date="2026-01-01")
        assert (kept.clicks_micros, kept.spend_micros) == (7_000_000, 1_000_000)
        assert DailyMetric.unscoped.count() == DAYS * len(CHANNELS)
        assert run_job().state == "succeeded"

    def test_is_refused_with_nothing_kept(self, registered, text):
        send(registered, "day,name,spend\n2026-01-01,spring,7\n", of_channel("spend", "name"))
        send(registered, text, MAPPING)

        job = run_job()

        assert (job.state, StagedFile.unscoped.count()) == ("failed", 0)
        assert (CsvImport.unscoped.count(), DailyMetric.unscoped.count()) == (1, 1)

    def test_of_the_same_file_changes_nothing(self, registered, text):
        send(registered, text, MAPPING)
        first = run_job()
        send(registered, text, MAPPING)
        again = run_job()

        assert b'"unchanged":true' in again.result
        assert first.id != again.id
        assert CsvImport.unscoped.count() == 1
        assert not LayerChunk.unscoped.exclude(csv_import=CsvImport.unscoped.get()).exists()

    def test_keeps_what_it_does_not_name(self, registered, text):
        send(registered, "day,clicks\n2026-01-01,7\n", CLICKS)
        send(registered, text, MAPPING)
        run_job()

        kept = DailyMetric.unscoped.get(channel="c0", date="2026-01-01")
        assert (kept.clicks_micros, kept.spend_micros) == (7_000_000, 1_000_000)


def of_channel(measure, campaign=None):
    channels = [{"name": "c0", measure: measure}]
    return {"date": "day", "currency": "EUR", "channels": channels, "campaign": campaign}


def spend_of_all():
    """What all organizations' rows that count come to."""
    rows = DailyMetric.unscoped.select_related("connection")
    counted = [
        row.spend_micros or 0
        for row in rows
        if row.since <= row.connection.version
        and (row.until is None or row.until > row.connection.version)
    ]
    return sum(counted) // 1_000_000
