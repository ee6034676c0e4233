"""Long requests give way to short ones, and come to their end all the same."""

import threading
from types import SimpleNamespace

import pytest

from omnify import giving_way as module
from omnify.giving_way import MOST_WAITED, STRIDE, be_long, giving_way, request_under_way

ITEMS = range(3 * STRIDE)


class Clock:
    """Readings that stand still until a test, or a wait, moves them."""

    def __init__(self):
        self.computed = self.now = 0.0
        self.waits = []

    def wait_for(self, is_over, seconds):
        """Let the whole time pass, as if short requests came one after the other."""
        assert not is_over()
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    readings = SimpleNamespace(thread_time=lambda: clock.computed, monotonic=lambda: clock.now)
    monkeypatch.setattr(module, "time", readings)
    monkeypatch.setattr(module._ended, "wait_for", clock.wait_for)
    return clock


@pytest.fixture
def short():
    """Ends a short request of another thread, which is under way until then."""
    begun, over = threading.Event(), threading.Event()

    def run():
        with request_under_way():
            begun.set()
            over.wait()

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait()

    def end():
        over.set()
        thread.join()

    yield end
    end()


class TestGivingWay:
    def test_of_a_long_request_waits_while_there_are_short_ones(self, clock, short):
        with request_under_way():
            be_long()
            clock.computed = 1.0
            assert list(giving_way(ITEMS)) == list(ITEMS)

        assert clock.waits == [MOST_WAITED]

    def test_waits_again_for_what_is_computed_after_a_wait(self, clock, short):
        with request_under_way():
            be_long()
            for clock.computed in (1.0, 1.5):
                list(giving_way(ITEMS))

        assert clock.waits == [MOST_WAITED, 0.5 * MOST_WAITED]

    def test_does_not_count_what_was_computed_before_it_was_long(self, clock, short):
        with request_under_way():
            clock.computed = 1.0
            be_long()
            list(giving_way(ITEMS))

        assert clock.waits == []

    def test_looks_only_now_and_then(self, clock, short):
        with request_under_way():
            be_long()
            for _ in giving_way(ITEMS):
                clock.computed += 1.0

        assert len(clock.waits) == len(ITEMS) // STRIDE - 1

    def test_goes_on_when_the_last_short_one_ends(self, short):
        looked, items = threading.Event(), []

        def run():
            with request_under_way():
                be_long()
                module._current.get().computed_before = -3600.0
                looked.set()
                items.extend(giving_way(ITEMS))

        thread = threading.Thread(target=run)
        thread.start()
        looked.wait()
        short()
        thread.join()

        assert items == list(ITEMS)

    def test_of_a_short_request_waits_for_none(self, clock, short):
        with request_under_way():
            clock.computed = 1.0
            list(giving_way(ITEMS))

        assert clock.waits == []

    def test_waits_for_no_other_long_one(self, clock):
        with request_under_way():
            be_long()
            clock.computed = 1.0
            list(giving_way(ITEMS))

        assert clock.waits == []

    def test_outside_of_requests_waits_for_none(self, clock, short):
        clock.computed = 1.0

        assert giving_way(ITEMS) is ITEMS
        be_long()
