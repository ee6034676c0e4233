"""Workers answer questions at once, each organization's in turn."""

import threading
from datetime import timedelta
from functools import partial
from typing import ClassVar
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from omnify.context import Context, use
from omnify.db import atomic
from omnify.jobs import JobInput, asking, definitions, engine, question
from omnify.jobs.asking import ask, wake_workers
from omnify.jobs.engine import migrate_engine
from omnify.jobs.handover import hand_over
from omnify.jobs.models import Job, Worker
from omnify.jobs.operations import request_job
from omnify.jobs.questions import LOST, THREADS, Questions
from omnify.jobs.worker import JobWorker
from tests.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


class Muse(JobInput):
    kind: ClassVar[str] = "auth.muse"

    name: str = ""


class Answers:
    """What was begun, and when it may end."""

    def __init__(self):
        self.begun = []
        self.may_end = threading.Event()

    def __call__(self, _run, asked):
        self.begun.append(asked.name)
        self.may_end.wait(60)
        return asked.name


@pytest.fixture
def answers():
    """The function that answers, which waits until it may end."""
    answering = Answers()
    question(Muse)(answering)
    yield answering
    definitions._definitions.pop(Muse.kind)


@pytest.fixture
def questions(answers):
    """The part of a worker that answers auth's questions."""
    made = Questions(["auth"], on_free=lambda: None)
    yield made
    answers.may_end.set()
    made._threads.shutdown(wait=True)


def request(name, organization_id):
    with use(Context(organization_id=organization_id)), atomic("auth"):
        return request_job(Muse(name=name))


class TestQuestions:
    def test_are_taken_in_turn(self, questions, answers):
        many, other = uuid4(), uuid4()
        for name in ("first", "second", "third"):
            request(name, many)
        request("other's", other)

        questions.take()
        wait_until(lambda: len(answers.begun) == THREADS)
        questions.take()

        assert sorted(answers.begun) == ["first", "other's"]
        assert Job.objects.filter(handed_at=None).count() == 2

    def test_are_taken_when_a_thread_is_free(self, questions, answers):
        for number in range(THREADS + 1):
            request(str(number), uuid4())
        questions.take()
        answers.may_end.set()

        def are_all_done():
            questions.take()
            return Job.objects.filter(state="succeeded").count() == THREADS + 1

        wait_until(are_all_done)

    def test_are_taken_by_one_worker(self, questions, answers):
        request("a", uuid4())
        other = Questions(["auth"], on_free=lambda: None)

        questions.take()
        other.take()
        other.stop()
        wait_until(lambda: answers.begun)

        assert answers.begun == ["a"]

    def test_never_go_through_the_engine(self, answers):
        request("a", uuid4())

        assert hand_over(None, "default", ["auth"]) == 0
        assert Job.objects.get().handed_at is None

    @pytest.mark.parametrize("state", ["queued", "running"])
    def test_are_asked_again_when_their_worker_died(self, questions, answers, state):
        request("a", uuid4())
        long_ago = timezone.now() - LOST - timedelta(seconds=1)
        Job.objects.update(state=state, handed_at=long_ago, started_at=long_ago)

        questions.ask_again()
        questions.take()
        wait_until(lambda: answers.begun)

        assert Job.objects.get().run == 2

    def test_fail_when_it_died_each_time(self, questions):
        request("a", uuid4())
        long_ago = timezone.now() - LOST - timedelta(seconds=1)
        Job.objects.update(state="running", handed_at=long_ago, run=3)

        questions.ask_again()

        row = Job.objects.get()
        assert (row.state, row.error) == ("failed", "Its process died at every attempt.")

    def test_are_left_to_a_worker_that_may_be_alive(self, questions):
        request("a", uuid4())
        Job.objects.update(state="running", handed_at=timezone.now())

        questions.ask_again()

        assert (Job.objects.get().state, Job.objects.get().run) == ("running", 1)


class TestJobWorker:
    @pytest.fixture
    def worker(self, settings, tmp_path, answers, monkeypatch):
        """A worker that looks for jobs once, and then only when it is rung for."""
        database = connections["default"].settings_dict
        is_file = connections["default"].vendor == "sqlite"
        where = f"{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}"
        settings.JOBS_DATABASE_URL = (
            f"sqlite:///{tmp_path}/jobs.sqlite3"
            if is_file
            else f"postgresql://{where}/{database['NAME']}"
        )
        settings.DRAIN_DIRECTORY = str(tmp_path)
        migrate_engine()
        # The engine keeps the pause of its queues, and the database's next worker begins with it.
        brisk = partial(engine.Engine, polling_seconds=0.04)
        monkeypatch.setattr(engine, "Engine", lambda name, services, **_: brisk(name, services))
        worker = JobWorker(["auth"], beat_seconds=600, dead_seconds=600, look_seconds=600)
        worker.start()
        wait_until(Worker.objects.filter(name=worker.name).exists)
        yield worker
        answers.may_end.set()
        worker.stop(grace_seconds=1)

    def test_answers_as_soon_as_it_is_rung_for(self, worker, answers, monkeypatch):
        monkeypatch.setattr(asking, "wake_workers", wake_workers)
        answers.may_end.set()

        with use(Context(organization_id=uuid4())):
            found = [ask(Muse(name=name), seconds=60).answer for name in ("a", "b")]

        assert found == ["a", "b"]

    def test_answers_the_next_one_when_it_is_done_with_one(self, worker, answers):
        for number in range(THREADS + 1):
            request(str(number), uuid4())
        wake_workers("auth")
        wait_until(lambda: len(answers.begun) == THREADS)
        answers.may_end.set()

        wait_until(lambda: Job.objects.filter(state="succeeded").count() == THREADS + 1)
