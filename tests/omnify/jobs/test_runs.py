"""A job's steps happen once, whatever ends its process between them."""

import threading
import time
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from omnify.context import Context, current, new_trace, use
from omnify.db import atomic, in_transaction
from omnify.exceptions import InvalidInputError
from omnify.flags.models import Flag
from omnify.jobs import JobInput, definitions, job
from omnify.jobs.api import job_view
from omnify.jobs.definitions import AlreadyDefinedError
from omnify.jobs.execution import run_job
from omnify.jobs.messages import JobNotFoundError, JobStateError
from omnify.jobs.models import Effect, Job
from omnify.jobs.operations import JobRequestError, cancel_job, request_job, retry_job
from omnify.jobs.queries import get_job, wait_for_job
from omnify.jobs.refusals import find_refusal

pytestmark = pytest.mark.django_db(transaction=True)


class CountThings(JobInput):
    kind: ClassVar[str] = "auth.count_things"

    number: int = 3
    note: str = ""


@pytest.fixture
def counting():
    """Register a function as the job; takes it away afterwards."""

    def register(function, **options):
        definitions._definitions.pop(CountThings.kind, None)
        job(CountThings, **{"attempts": 1, **options})(function)
        return function

    yield register
    definitions._definitions.pop(CountThings.kind, None)


def ask(asked=None, **options):
    with atomic("auth"):
        return request_job(asked or CountThings(), **options)


def run(job_id):
    run_job("auth", str(job_id))
    return Job.objects.get(id=job_id)


def write(name):
    Flag.objects.create(name=name)


class Killed(BaseException):
    """The process ends here: nothing after it runs."""


class TestRequestJob:
    def test_needs_the_transaction_that_makes_it_necessary(self):
        with pytest.raises(JobRequestError, match="inside atomic"):
            request_job(CountThings())

    def test_goes_with_a_transaction_that_fails(self):
        def fail():
            with atomic("auth"):
                request_job(CountThings())
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert not Job.objects.exists()

    def test_makes_one_job_per_key_while_it_waits(self):
        first = ask(key="today")

        assert ask(key="today") == first
        assert Job.objects.count() == 1

    def test_makes_another_once_the_first_has_started(self, counting):
        seen = []
        counting(lambda *_: seen.append(ask(key="today")))
        first = ask(key="today")
        run(first)

        assert seen != [first]
        assert Job.objects.count() == 2

    def test_refuses_an_input_over_the_limit(self):
        with pytest.raises(JobRequestError, match="at most 262144"):
            ask(CountThings(note="x" * 300_000))


class TestRun:
    def test_ends_with_result_and_context_of_the_request(self, counting):
        seen = []

        def count(run, asked):
            seen.append((asked.number, current().organization_id, current().trace.trace_id))
            return {"counted": asked.number}

        counting(count)
        organization, trace = uuid4(), new_trace()
        with use(Context(organization_id=organization, trace=trace)):
            job_id = ask(CountThings(number=7))
        row = run(job_id)

        assert row.state == "succeeded"
        assert bytes(row.result) == b'{"counted":7}'
        assert seen == [(7, organization, trace.trace_id)]

    def test_does_each_step_once_when_it_is_begun_again(self, counting):
        killed = []

        def count(run, asked):
            run.step(write, "first")
            if not killed:
                killed.append(True)
                raise Killed
            run.step(write, "second")

        counting(count)
        job_id = ask()
        with pytest.raises(Killed):
            run(job_id)
        row = run(job_id)

        assert row.state == "succeeded"
        assert Flag.objects.count() == 2

    def test_undoes_a_step_that_ends_in_the_middle(self, counting):
        killed = []

        def half(name):
            write(name)
            if not killed:
                killed.append(True)
                raise Killed

        counting(lambda run, _: run.step(half, "a"))
        job_id = ask()
        with pytest.raises(Killed):
            run(job_id)

        assert not Flag.objects.exists()
        assert run(job_id).state == "succeeded"
        assert Flag.objects.count() == 1

    def test_gives_the_first_result_of_a_step_again_with_its_type(self, counting):
        results = []

        def make() -> UUID:
            return uuid4()

        def count(run, asked):
            results.append(run.step(make))
            if len(results) == 1:
                raise Killed

        counting(count)
        job_id = ask()
        with pytest.raises(Killed):
            run(job_id)
        run(job_id)

        assert results[0] == results[1]
        assert isinstance(results[1], UUID)

    def test_calls_elsewhere_outside_a_transaction_with_a_key_of_the_step(self, counting):
        seen = []

        def send():
            seen.append((in_transaction(), current().idempotency_key))

        counting(lambda run, _: run.call(send))
        job_id = ask()
        run(job_id)

        assert seen == [(False, f"{job_id}:1")]
        assert Effect.objects.get().name.endswith("send")

    def test_tries_a_step_again_that_fails_unexpectedly(self, counting):
        tries = []

        def flaky():
            tries.append(1)
            if len(tries) < 3:
                raise OSError("away")

        counting(lambda run, _: run.call(flaky), attempts=3)

        assert run(ask()).state == "succeeded"
        assert len(tries) == 3

    def test_does_not_try_a_refusal_again_and_says_it(self, counting):
        tries = []

        def refuse():
            tries.append(1)
            raise InvalidInputError("The file has no rows.", errors=[{"line": 1}])

        counting(lambda run, _: run.step(refuse), attempts=3)
        row = run(ask())

        assert (row.state, row.error, len(tries)) == ("failed", "The file has no rows.", 1)
        refusal = find_refusal(get_job("auth", row.id))
        assert (refusal.code, refusal.status) == ("invalid_input", 400)
        assert (refusal.detail, refusal.errors) == ("The file has no rows.", [{"line": 1}])

    def test_says_nothing_of_an_unexpected_error_to_its_reader(self, counting):
        def fail(run, asked):
            raise OSError("/secret/path")

        counting(fail)
        row = run(ask())

        assert row.state == "failed"
        assert "secret" not in row.error
        assert find_refusal(get_job("auth", row.id)) is None

    def test_fails_when_it_comes_to_other_steps_than_before(self, counting):
        names = [write, ask]

        def count(run, asked):
            run.step(names.pop(), *([] if len(names) else ["x"]))
            if names:
                raise Killed

        counting(count)
        job_id = ask()
        with pytest.raises(Killed):
            run(job_id)
        row = run(job_id)

        assert row.state == "failed"
        assert "step 1 was" in row.error

    def test_begins_no_step_after_its_time(self, counting):
        counting(lambda run, _: run.step(write, "a"), timeout_seconds=60)
        job_id = ask()
        Job.objects.update(started_at=timezone.now() - timedelta(minutes=2))
        row = run(job_id)

        assert (row.state, row.error) == ("failed", "It took longer than 60 seconds.")
        assert not Flag.objects.exists()

    def test_does_nothing_more_once_it_is_cancelled(self, counting):
        def count(run, asked):
            run.step(write, "first")
            cancel_job("auth", job_id)
            run.step(write, "second")

        counting(count)
        job_id = ask()
        row = run(job_id)

        assert row.state == "cancelled"
        assert [flag.name for flag in Flag.objects.all()] == ["first"]

    def test_is_not_run_when_it_was_cancelled_before(self, counting):
        counting(lambda run, _: run.step(write, "a"))
        job_id = ask()
        cancel_job("auth", job_id)
        run(job_id)

        assert not Flag.objects.exists()

    def test_fails_a_kind_that_this_version_does_not_know(self):
        row = run(ask())

        assert (row.state, row.error) == ("failed", "This version has no such job.")


class TestRetryJob:
    def test_goes_on_at_the_first_step_that_was_not_done(self, counting):
        broken = [True]

        def second():
            if broken:
                raise OSError("away")

        def count(run, asked):
            run.step(write, "first")
            run.call(second)

        counting(count)
        job_id = ask()
        assert run(job_id).state == "failed"
        broken.clear()
        retry_job("auth", job_id)

        assert run(job_id).state == "succeeded"
        assert Flag.objects.count() == 1
        assert Job.objects.get().workflow_id == f"{job_id}.2"

    def test_refuses_a_job_that_did_not_fail(self):
        job_id = ask()

        with pytest.raises(JobStateError, match=f"'{job_id}' is queued: only one that failed"):
            retry_job("auth", job_id)

    def test_tells_a_job_that_there_is_none_of(self):
        job_id = uuid4()

        with pytest.raises(JobNotFoundError, match=str(job_id)):
            retry_job("auth", job_id)


class TestFindJob:
    def test_shows_how_far_it_is(self, counting):
        counting(lambda run, _: run.progress(3, 10, "reading"))
        organization = uuid4()
        with use(Context(organization_id=organization)):
            job_id = ask()
            run(job_id)
            report = get_job("auth", job_id)

        assert (report.done, report.total, report.note) == (3, 10, "reading")
        assert report.state == "succeeded"

    def test_is_waited_for_until_it_is_over(self, counting):
        counting(lambda *_: None)
        with use(Context(organization_id=uuid4())):
            job_id = ask()
            runner = threading.Timer(0.1, run_job, ("auth", str(job_id)))
            runner.start()
            report = wait_for_job("auth", job_id, deadline=time.monotonic() + 60)
            runner.join()

        assert report.state == "succeeded"

    def test_is_waited_for_so_long_at_most(self):
        with use(Context(organization_id=uuid4())):
            report = wait_for_job("auth", ask(), deadline=time.monotonic() + 0.1)

        assert report.state == "queued"

    def test_hides_another_organizations_job(self):
        with use(Context(organization_id=uuid4())):
            job_id = ask()
        with use(Context(organization_id=uuid4())), pytest.raises(JobNotFoundError):
            get_job("auth", job_id)


class TestJob:
    def test_has_one_function(self, counting):
        counting(lambda *_: None)

        with pytest.raises(AlreadyDefinedError):
            job(CountThings)(lambda *_: None)


class TestJobView:
    def test_leaves_it_to_each_service_who_may_see_and_cancel(self):
        view = job_view("auth", see="org:view", cancel="org:edit")

        assert view.access == {"GET": "org:view", "DELETE": "org:edit"}
