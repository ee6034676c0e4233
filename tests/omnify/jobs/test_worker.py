"""Jobs through the real engine: queues, waiting, schedules, a worker that dies."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from dbos import DBOS
from dbos._dbos import _get_dbos_instance
from django.core.management import call_command
from django.db import OperationalError, connections
from django.utils import timezone

from omnify.db import atomic
from omnify.flags.models import Flag
from omnify.health.checks import readiness_parts, run_parts
from omnify.jobs import Cron, JobInput, Limits, definitions, execution, job, looks, workflow
from omnify.jobs import worker as worker_module
from omnify.jobs.engine import Engine, _ignore, migrate_engine
from omnify.jobs.models import Job, Schedule, Worker
from omnify.jobs.operations import cancel_job, request_job, signal_job
from omnify.jobs.schedules import declare_schedules
from omnify.jobs.worker import JobWorker, run_worker
from omnify.services.registry import manifests
from tests.apps.auth.test_admin import CREDENTIALS
from tests.conftest import REGISTRATION, wait_until

ROOT = Path(__file__).resolve().parents[3]
FAST = {"beat_seconds": 0.2, "dead_seconds": 1.0, "look_seconds": 0.02}

pytestmark = pytest.mark.django_db(transaction=True)


class Paint(JobInput):
    kind: ClassVar[str] = "auth.paint"

    name: str = "x"


class Meter(JobInput):
    """In a queue that no other test leaves settings in: the engine keeps them in its database."""

    kind: ClassVar[str] = "auth.meter"


class Tick(JobInput):
    """As above: times that came while the worker was stopped stay in the engine's queue."""

    kind: ClassVar[str] = "auth.tick"


class Decide(JobInput):
    kind: ClassVar[str] = "auth.decide"


@pytest.fixture
def define():
    """Register jobs for this test only."""
    # What is loaded meanwhile is loaded once, and has to stay.
    before = {each.kind: each for name in manifests() for each in definitions.definitions_of(name)}
    yield lambda function, asked=Paint, how=job, **options: how(asked, **options)(function)
    for kind in definitions._definitions.keys() - before.keys():
        del definitions._definitions[kind]


@pytest.fixture
def engine_url(settings, tmp_path):
    """An engine's database of this test: beside Django's on PostgreSQL, else a file."""
    database = connections["default"].settings_dict
    if connections["default"].vendor == "postgresql":
        where = f"{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}"
        url = f"postgresql://{where}/{database['NAME']}"
    else:
        url = f"sqlite:///{tmp_path}/jobs.sqlite3"
    settings.JOBS_DATABASE_URL = url
    settings.DRAIN_DIRECTORY = str(tmp_path)
    migrate_engine()
    return url


@pytest.fixture
def start_worker(engine_url):
    """Start a worker of auth's jobs once they are defined."""
    started = []

    def start():
        started.append(JobWorker(["auth"], **FAST))
        started[-1].start()
        return started[-1]

    yield start
    for worker in started:
        worker.stop(grace_seconds=1)


def ask(asked=None, **options):
    with atomic("auth"):
        return request_job(asked or Paint(), **options)


def wait_for(job_id, *states):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        row = Job.objects.get(id=job_id)
        if row.state in states:
            return row
        time.sleep(0.02)
    raise AssertionError(f"{row} after a minute: {row.error}")


def write(name):
    Flag.objects.create(name=name)


class TestJobWorker:
    def test_runs_what_was_asked_before_it_was_there(self, define, start_worker):
        define(lambda run, asked: run.step(write, asked.name))
        first, second = ask(Paint(name="a")), ask(Paint(name="b"))
        start_worker()

        assert wait_for(first, "succeeded", "failed").state == "succeeded"
        assert wait_for(second, "succeeded", "failed").state == "succeeded"
        assert sorted(flag.name for flag in Flag.objects.all()) == ["a", "b"]

    def test_hands_over_again_what_found_no_connection(self, define, start_worker, monkeypatch):
        define(lambda run, asked: run.step(write, asked.name))
        start, failures = execution._start, [OperationalError("too many clients")]

        def fail_once(*args):
            if failures:
                raise failures.pop()
            return start(*args)

        monkeypatch.setattr(execution, "_start", fail_once)
        asked = ask(Paint(name="a"))
        start_worker()

        assert wait_for(asked, "succeeded", "failed").run == 2

    def test_begins_at_once_what_a_look_requests(self, define, start_worker, monkeypatch):
        define(lambda run, asked: run.step(write, asked.name))
        requested = []
        monkeypatch.setitem(looks._looks, "auth", {})

        @looks.each_look("auth")
        def request_once():
            requested.append(requested or ask(Paint(name="a")))

        start_worker()
        wait_until(lambda: len(requested) > 1)

        assert wait_for(requested[0], "succeeded", "failed").state == "succeeded"

    def test_starts_lower_priorities_first(self, define, start_worker):
        order = []
        define(lambda _run, asked: order.append(asked.name), limits=Limits(concurrency=1))
        late = ask(Paint(name="late"), priority=200)
        soon = ask(Paint(name="soon"), priority=1)
        start_worker()
        wait_for(late, "succeeded")
        wait_for(soon, "succeeded")

        assert order == ["soon", "late"]

    def test_runs_no_more_at_once_than_a_job_allows(self, define, start_worker):
        running, most = [], []

        def paint(_run, _asked):
            running.append(1)
            most.append(len(running))
            time.sleep(0.05)
            running.pop()

        define(paint, limits=Limits(concurrency=1))
        asked = [ask() for _ in range(4)]
        start_worker()
        for one in asked:
            wait_for(one, "succeeded")

        assert max(most) == 1

    def test_starts_no_more_in_a_period_than_a_job_allows(self, define, start_worker):
        define(lambda *_: None, Meter, limits=Limits(starts=2, period_seconds=600))
        for _ in range(4):
            ask(Meter())
        start_worker()
        wait_until(lambda: Job.objects.filter(state="succeeded").count() >= 2, "two jobs")
        wait_until(lambda: len(DBOS.list_workflows(queue_name=Meter.kind)) == 4, "all in the queue")
        queue = DBOS.retrieve_queue(Meter.kind)

        # What the engine does at each look at the queue: it says what kept it from taking more.
        taken = _get_dbos_instance()._sys_db.start_queued_workflows(queue, "test", "1", None)

        assert taken == ([], "limiter")
        assert len(DBOS.list_workflows(queue_name=Meter.kind, status="ENQUEUED")) == 2

    def test_lets_what_runs_come_to_its_end_when_it_stops(self, define, start_worker):
        def paint(run, _asked):
            time.sleep(1)
            run.step(write, "end")

        define(paint)
        asked = ask()
        worker = start_worker()
        wait_for(asked, "running")
        worker.stop(grace_seconds=10)

        assert Job.objects.get().state == "succeeded"
        assert Flag.objects.get().name == "end"

    def test_waits_for_a_decision_and_takes_what_it_is_told(self, define, start_worker):
        async def decide(run, _asked):
            told = await run.wait_for("approval", timeout_seconds=60)
            await run.step(write, f"told {told['by']}")

        define(decide, Decide, workflow)
        asked = ask(Decide())
        with atomic("auth"):
            signal_job("auth", asked, "approval", {"by": "Ada"})
        start_worker()
        wait_for(asked, "succeeded")

        assert Flag.objects.get().name == "told Ada"

    def test_ends_a_wait_that_nobody_answers(self, define, start_worker):
        async def decide(run, _asked):
            await run.sleep(0.01)
            return await run.wait_for("approval", timeout_seconds=0.1)

        define(decide, Decide, workflow)
        asked = ask(Decide())
        start_worker()

        assert bytes(wait_for(asked, "succeeded").result or b"null") == b"null"

    def test_stops_a_job_that_waits_when_it_is_cancelled(self, define, start_worker):
        async def decide(run, _asked):
            await run.progress(1, 2, "waiting")
            await run.wait_for("approval", timeout_seconds=3600)

        define(decide, Decide, workflow)
        asked = ask(Decide())
        worker = start_worker()
        wait_for(asked, "running")
        cancel_job("auth", asked)
        wait_until(lambda: not Job.objects.filter(stop_asked=True).exists(), "its stop")
        worker.stop(grace_seconds=5)
        assert Job.objects.get().state == "cancelled"

    def test_starts_a_scheduled_job_by_itself(self, define, start_worker):
        define(lambda run, _asked: run.step(write, "tick"), Tick, schedule=Cron("0 3 * * *"))
        declare_schedules("auth")
        Schedule.objects.update(next_at=timezone.now() - timedelta(days=3))
        start_worker()
        wait_until(Flag.objects.exists, "the tick")

        assert Job.objects.filter(kind=Tick.kind).count() == 1
        assert Schedule.objects.get().next_at > timezone.now()

    def test_deletes_what_former_versions_had_the_engine_schedule(self, define, engine_url):
        define(lambda *_: None)
        engine = Engine("old", ["auth"], polling_seconds=1)
        engine.start()
        try:
            DBOS.create_schedule(
                schedule_name="auth.old", workflow_fn=_ignore, schedule="0 3 * * *", context="x"
            )
            engine._forget_schedules()

            assert DBOS.list_schedules() == []
        finally:
            engine.stop(grace_seconds=1)

    def test_lets_the_engine_forget_what_ended_long_ago(self, define, start_worker, monkeypatch):
        async def decide(run, _asked):
            await run.wait_for("approval", timeout_seconds=3600)

        monkeypatch.setattr(worker_module, "KEPT_JOBS", -timedelta(days=1))
        monkeypatch.setattr(worker_module, "_UPKEEP_SECONDS", 0.0)
        define(lambda *_: None)
        define(decide, Decide, workflow)
        ended, waiting = ask(), ask(Decide())
        start_worker()
        wait_for(ended, "succeeded")
        wait_for(waiting, "running")
        wait_until(lambda: not DBOS.list_workflows(workflow_ids=[f"{ended}.1"]), "it to be gone")

        assert len(DBOS.list_workflows(workflow_ids=[f"{waiting}.1"])) == 1

    def test_beats_and_says_when_it_stops(self, define, start_worker):
        define(lambda *_: None)
        worker = start_worker()
        wait_until(Worker.objects.filter(beats__gt=1).exists, "a second beat")
        worker.stop(grace_seconds=1)

        assert Worker.objects.get().has_stopped


class TestRunWorker:
    @pytest.fixture(autouse=True)
    def short_beats(self, engine_url, settings, monkeypatch):
        settings.HOSTED_SERVICES = ("auth",)
        monkeypatch.setattr(worker_module, "BEAT_SECONDS", 0.05)
        numbers = (signal.SIGTERM, signal.SIGINT)
        before = [signal.getsignal(number) for number in numbers]
        yield
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)

    def test_ends_where_it_has_grown(self):
        run_worker(most_growth_bytes=-1)

        assert Worker.objects.get().has_stopped


class TestIsIdle:
    @pytest.mark.parametrize(
        ("asked", "how", "is_idle"), [(Paint, job, False), (Decide, workflow, True)]
    )
    def test_is_false_while_a_job_runs_but_not_while_a_workflow_waits(
        self, define, asked, how, is_idle
    ):
        define(lambda _run, _asked: None, asked, how)
        Job.objects.filter(id=ask(asked())).update(state=Job.State.RUNNING)

        assert JobWorker(["auth"]).is_idle() is is_idle


class TestTakeOver:
    def test_finishes_what_a_killed_worker_had_under_way(self, define, start_worker, engine_url):
        define(lambda run, asked: run.step(write, asked.name))
        asked = ask(Paint(name="a"))
        database = connections["default"].settings_dict
        victim = subprocess.Popen(
            [sys.executable, "-m", "tests.omnify.jobs.hanging_worker"],
            cwd=ROOT,
            env={
                **os.environ,
                "VICTIM_DATABASE": str(database["NAME"]),
                "VICTIM_JOBS": engine_url,
                "DJANGO_SETTINGS_MODULE": "settings.test",
            },
        )
        wait_for(asked, "running")
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        start_worker()

        assert wait_for(asked, "succeeded", "failed").state == "succeeded"
        assert Flag.objects.count() == 1


class TestReadiness:
    def test_names_jobs_that_nobody_runs(self, monkeypatch):
        ask()
        Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
        status, parts = run_parts({"jobs": readiness_parts()["jobs:default"]})

        assert status == "degraded"
        assert "manage.py worker" in parts["jobs"]["reason"]


class TestJobsCommand:
    def test_lists_and_cancels(self, capsys):
        asked = ask()
        call_command("jobs", "list")
        call_command("jobs", "cancel", str(asked))

        assert "auth.paint" in capsys.readouterr().out
        assert Job.objects.get().state == "cancelled"


class TestJobAdmin:
    def test_cancels_and_retries_what_an_operator_chose(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)
        asked = ask()
        chosen = {"_selected_action": [str(asked)]}
        url = "/admin/omnify_jobs/job/"

        client.post(url, {"action": "cancel", **chosen})
        assert Job.objects.get(id=asked).state == "cancelled"
        client.post(url, {"action": "retry", **chosen})
        assert Job.objects.get(id=asked).state == "queued"
        answer = client.post(url, {"action": "retry", **chosen}, follow=True)
        assert "1 jobs are not in a state for it" in answer.content.decode()
