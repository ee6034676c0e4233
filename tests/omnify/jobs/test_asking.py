"""A request waits for a worker's answer for a while, and is told the job after that."""

import threading
from contextlib import ExitStack
from typing import ClassVar
from uuid import uuid4

import pytest

from omnify.api.heavy import TooMuchAtOnceError
from omnify.context import Context, use
from omnify.exceptions import InternalServiceError, InvalidInputError
from omnify.jobs import JobInput, asking, definitions, question
from omnify.jobs.asking import MOST_OPEN, ask
from omnify.jobs.models import Job
from omnify.jobs.queries import get_job
from tests.world import answer_questions

pytestmark = pytest.mark.django_db(transaction=True)


class Ponder(JobInput):
    kind: ClassVar[str] = "auth.ponder"

    number: int = 3


@pytest.fixture
def pondering():
    """Register a function as the one that answers; takes it away afterwards."""

    def register(function):
        definitions._definitions.pop(Ponder.kind, None)
        question(Ponder)(lambda _run, asked: function(asked.number))

    register(lambda number: {"twice": 2 * number})
    yield register
    definitions._definitions.pop(Ponder.kind, None)


@pytest.fixture(autouse=True)
def organization(pondering):
    """The organization that asks."""
    organization_id = uuid4()
    with use(Context(organization_id=organization_id)):
        yield organization_id


@pytest.fixture
def no_worker(monkeypatch):
    """Let nobody answer."""
    monkeypatch.setattr(asking, "wake_workers", lambda _service: None)


class TestAsk:
    def test_returns_an_answer_that_is_there_in_time_and_keeps_nothing(self):
        assert ask(Ponder(number=4), seconds=60).answer == {"twice": 8}
        assert not Job.objects.exists()

    def test_waits_for_a_worker(self, monkeypatch):
        workers = []

        def wake(service):
            workers.append(threading.Timer(0.1, answer_questions, [service]))
            workers[0].start()

        monkeypatch.setattr(asking, "wake_workers", wake)

        assert ask(Ponder(), seconds=60).answer == {"twice": 6}
        workers[0].join()

    def test_names_the_job_of_an_answer_that_is_not(self, no_worker):
        asked = ask(Ponder(), seconds=0)
        state = get_job("auth", asked.job_id).state
        answer_questions("auth")

        assert (asked.answer, state) == (None, "queued")
        assert get_job("auth", asked.job_id).result == {"twice": 6}

    def test_raises_what_the_job_was_refused_for(self, pondering):
        def refuse(_number):
            raise InvalidInputError("Ask otherwise.", field="number")

        pondering(refuse)

        with pytest.raises(Exception, match="Ask otherwise") as caught:
            ask(Ponder(), seconds=60)
        assert (caught.value.code, caught.value.status) == ("invalid_input", 400)
        assert caught.value.details == {"field": "number"}
        assert not Job.objects.exists()

    def test_leaves_an_unexpected_failure_for_operators(self, pondering):
        pondering(lambda number: number / 0)

        with pytest.raises(InternalServiceError):
            ask(Ponder(), seconds=60)
        assert Job.objects.get().state == "failed"

    def test_is_refused_while_too_many_wait(self, no_worker):
        for _ in range(MOST_OPEN):
            ask(Ponder(), seconds=0)

        with pytest.raises(TooMuchAtOnceError, match=f"has {MOST_OPEN} large requests"):
            ask(Ponder(), seconds=0)
        with use(Context(organization_id=uuid4())):
            ask(Ponder(), seconds=0)

    def test_waits_in_half_of_the_threads_at_most(self, settings, no_worker):
        with ExitStack() as others:
            for _ in range(settings.WEB_THREADS // 2):
                asking._waiting.acquire(blocking=False)
                others.callback(asking._waiting.release)

            assert ask(Ponder(), seconds=600).answer is None
