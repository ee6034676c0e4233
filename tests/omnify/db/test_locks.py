"""One process of the fleet at a time, also while two versions of it run."""

import threading

import pytest
from django.db import connections

from omnify.db.locks import exclusive_lock, lock_number, try_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held():
    """Another process holds the lock ``paint``: a thread with a connection of its own does."""
    taken, done = threading.Event(), threading.Event()

    def hold():
        with exclusive_lock("default", "paint"):
            taken.set()
            done.wait(30)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(30)
    yield
    done.set()
    thread.join()


class TestLockNumber:
    @pytest.mark.parametrize(
        ("name", "number"),
        [
            ("migrate", 4307694844222389748),
            ("relay-0", -1448780353286328716),
            ("event:7f", -4883039363029877114),
        ],
    )
    def test_never_changes(self, name, number):
        assert lock_number(name) == number


class TestTryLock:
    def test_takes_what_is_free_and_gives_it_back(self):
        for _ in range(2):
            with try_lock("default", "paint") as is_mine:
                assert is_mine

    def test_does_not_take_what_another_holds(self, held):
        with try_lock("default", "paint") as is_mine:
            assert not is_mine
        with try_lock("default", "polish") as is_mine:
            assert is_mine


class TestExclusiveLock:
    def test_takes_what_is_free_and_gives_it_back(self):
        with exclusive_lock("default", "paint"):
            pass
        with try_lock("default", "paint") as is_mine:
            assert is_mine
