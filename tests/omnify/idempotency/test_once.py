"""A keyed operation happens once, however often and however parallel it is asked for."""

import threading

import pytest
from django.db import connections

from omnify import context as ctx
from omnify.context import Context
from omnify.exceptions import AlreadyDoneError, IdempotencyKeyReusedError, InProgressError
from omnify.flags.models import Flag
from omnify.idempotency import once


def add_flag(request="a", key="key-1", *, fail=False):
    with ctx.use(Context(idempotency_key=key)), once("auth", "add_flag", request, int) as slot:
        if slot.answer is not None:
            return slot.answer
        Flag.objects.using("default").create(name=f"flag-{Flag.objects.count()}")
        if fail:
            raise RuntimeError
        return slot.keep(Flag.objects.count())


@pytest.mark.django_db
class TestOnce:
    def test_answers_a_repeated_request_from_the_store(self):
        assert [add_flag(), add_flag(), add_flag()] == [1, 1, 1]
        assert Flag.objects.count() == 1

    def test_runs_every_time_without_a_key(self):
        assert [add_flag(key=""), add_flag(key="")] == [1, 2]

    def test_refuses_one_key_for_two_requests(self):
        add_flag("a")

        with pytest.raises(IdempotencyKeyReusedError):
            add_flag("b")

    def test_keeps_nothing_of_a_failure(self):
        with pytest.raises(RuntimeError):
            add_flag(fail=True)

        assert Flag.objects.count() == 0
        assert add_flag() == 1


@pytest.mark.django_db
class TestKeptFact:
    def test_is_refused_to_be_repeated(self):
        def act():
            with ctx.use(Context(idempotency_key="key-1")), once("auth", "act", "a", int) as slot:
                Flag.objects.using("default").create(name=f"flag-{Flag.objects.count()}")
                slot.keep_fact()

        act()
        with pytest.raises(AlreadyDoneError):
            act()

        assert Flag.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestOnceInParallel:
    def test_has_one_effect(self):
        answers, start = [], threading.Barrier(8)

        def ask():
            start.wait()
            try:
                answers.append(add_flag())
            except InProgressError as error:
                answers.append(error.code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert set(answers) <= {1, "in_progress"}
        assert 1 in answers
        assert Flag.objects.count() == 1
