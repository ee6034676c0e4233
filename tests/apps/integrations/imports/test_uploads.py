"""A job reads and imports a large file; the request waits for it a while."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from apps.integrations.imports import jobs
from apps.integrations.imports.operations import files, importing
from apps.integrations.models import Connection, DailyMetric, StagedFile
from omnify.jobs import execution
from omnify.jobs.models import Job
from tests.apps.integrations.requests import MAPPING, send, spend_of

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "day,sales,tv"
DAYS = 200


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    monkeypatch.setattr(files, "MOST_DIRECT_BYTES", 3000)
    monkeypatch.setattr(files, "FIRST_BYTES", 500)
    monkeypatch.setattr(files, "CHUNK_BYTES", 1000)


@pytest.fixture
def worker():
    """A thread that runs jobs as soon as they are requested."""
    stop = threading.Event()

    def work():
        while not stop.wait(0.02):
            for job_id in import_jobs().filter(state=Job.State.QUEUED).values_list("id", flat=True):
                execution.run_job("integrations", str(job_id))
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def no_worker(monkeypatch):
    """Nobody runs jobs, and no request waits for one."""
    monkeypatch.setattr(importing, "MAX_SECONDS", 0.0)


def import_jobs():
    return Job.objects.filter(kind="integrations.commit_import")


def text_of(*last):
    first = date(2026, 1, 1)
    rows = [f"{first + timedelta(days=number)},1.5,2" for number in range(DAYS)]
    return "\n".join([HEADER, *rows, *last, ""])


@pytest.mark.usefixtures("worker")
class TestLargeFile:
    def test_counts_when_the_request_is_answered(self, registered):
        answer = send(registered, text_of())

        assert answer.status_code == 201, answer.json()
        assert answer.json()["metrics"] == 2 * DAYS
        assert spend_of(registered) == {"spend": "400.00", "revenue": "300.00"}
        assert registered.get("/api/organizations/me").json()["currency"] == "EUR"
        assert not StagedFile.unscoped.exists()

    def test_changes_nothing_the_second_time(self, registered):
        send(registered, text_of())

        answer = send(registered, text_of())

        assert (answer.status_code, answer.json()["unchanged"]) == (200, True)
        assert not StagedFile.unscoped.exists()

    def test_is_imported_once_per_key(self, registered):
        headers = {"idempotency-key": "import-1"}

        answers = [send(registered, text_of(), headers=headers).json() for _ in range(2)]

        assert answers[0] == answers[1]
        assert import_jobs().count() == 1
        assert not StagedFile.unscoped.exists()

    @pytest.mark.parametrize(
        ("last", "status", "words"),
        [
            ("2026-11-01,x,2", 400, "'line': 202, 'column': 'sales'"),
            ('2026-11-01,"1,2', 400, "never closed"),
            ("2026-11-01,1.5,1.234", 422, "'sum': '1634'"),
        ],
    )
    def test_is_refused_as_a_small_one_is(self, registered, monkeypatch, last, status, words):
        text = text_of(last).replace(".5,", ",")

        large = send(registered, text)
        monkeypatch.setattr(files, "MOST_DIRECT_BYTES", 1_000_000)
        small = send(registered, text)

        assert large.status_code == status, large.json()
        assert words in str(large.json())
        bodies = [{**answer.json(), "request_id": ""} for answer in (large, small)]
        assert bodies[0] == bodies[1]
        assert (large["Content-Type"], large.get("Location")) == ("application/problem+json", None)
        tables = (Connection, DailyMetric, StagedFile)
        assert not any(table.unscoped.exists() for table in tables)
        assert registered.get("/api/organizations/me").json()["is_currency_settled"] is False

    def test_of_many_metrics_is_the_jobs_even_if_it_is_over(self, registered, monkeypatch):
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", 2 * DAYS - 1)

        answer = send(registered, text_of())

        assert answer.status_code == 202
        assert registered.get(answer["Location"]).json()["result"]["metrics"] == 2 * DAYS

    def test_of_many_orders_is_the_jobs_too(self, registered, monkeypatch):
        monkeypatch.setattr(importing, "MAX_DIRECT_METRICS", DAYS)
        rows = (f"{number},2026-01-01,c{number},1.5" for number in range(DAYS))
        fields = {"order": "order", "date": "day", "customer": "customer", "revenue": "revenue"}

        answer = send(
            registered,
            "\n".join([",".join(fields.values()), *rows]),
            {"kind": "orders", "currency": "EUR", **fields},
        )

        assert answer.status_code == 202
        result = registered.get(answer["Location"]).json()["result"]
        assert (result["orders"], result["metrics"]) == (DAYS, 1)


@pytest.mark.usefixtures("no_worker")
class TestLargeFileWithoutAWorker:
    def test_is_accepted_and_counts_when_its_job_is_done(self, registered):
        answer = send(registered, text_of())

        accepted = answer.json()
        assert answer.status_code == 202
        assert (accepted["rows"], accepted["metrics"]) == (None, None)
        execution.run_job("integrations", accepted["job_id"])
        assert registered.get(answer["Location"]).json()["state"] == "succeeded"
        assert spend_of(registered)["spend"] == "400.00"

    def test_tells_what_is_wrong_at_its_job(self, registered):
        answer = send(registered, text_of("2026-11-01,x,2"))
        execution.run_job("integrations", answer.json()["job_id"])

        report = registered.get(answer["Location"]).json()
        assert (report["state"], report["result"]["code"]) == ("failed", "csv_invalid")
        assert report["result"]["errors"][0]["line"] == DAYS + 2
        assert "1 problems" in report["error"]

    def test_tells_how_far_it_is_while_it_is_read(self, registered, monkeypatch):
        told = []
        original = jobs.committing.keep_chunks

        def keep(*args):
            told.append(import_jobs().values_list("done", "total", "note").get())
            original(*args)

        keep.__qualname__ = original.__qualname__
        answer = send(registered, text_of())
        monkeypatch.setattr(jobs.committing, "keep_chunks", keep)
        execution.run_job("integrations", answer.json()["job_id"])

        [(done, total, note)] = told
        assert 600 < done < 1000
        assert (total, note) == (2000, "reading")

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"revenue": "takings"}, "no column 'takings'"),
            ({"currency": "money"}, "neither a currency's code"),
        ],
    )
    def test_is_refused_at_once_if_its_columns_do_not_fit(self, registered, changes, words):
        answer = send(registered, text_of(), {**MAPPING, **changes})

        assert answer.status_code == 400
        assert words in str(answer.json())
        assert not import_jobs().exists()
        assert not StagedFile.unscoped.exists()
