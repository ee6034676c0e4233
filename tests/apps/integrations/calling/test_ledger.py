"""Quotas that many connections share: never exceeded, and nobody starves."""

from collections import Counter, deque
from datetime import timedelta
from heapq import heappop, heappush
from uuid import UUID

import pytest

from apps.integrations.calling.models import Turn
from apps.integrations.calling.operations import ledger
from apps.integrations.calling.windows import Window
from apps.integrations.platforms.port import Limit
from apps.integrations.platforms.refusals import ThrottledError
from tests.apps.integrations.calling.scripted import START

HOURLY = Limit(key="app", calls=40, seconds=3600)


class TestWindow:
    def test_never_lets_more_through_in_any_span_of_its_length(self):
        window, made = Window(60, {}), deque()
        for tick in range(5000):
            now = START + timedelta(seconds=tick * 0.37)
            window.forget(now)
            while made and made[0] <= now - timedelta(seconds=60):
                made.popleft()
            if window.spent < 10:
                window.add(now)
                made.append(now)
            assert len(made) <= 10

    def test_says_when_there_is_room_again(self):
        window = Window(60, {})
        for _ in range(10):
            window.add(START)
        free = window.find_free(1, 10, START)
        window.forget(free - timedelta(seconds=1))
        assert window.spent == 10
        window.forget(free)
        assert window.spent == 0


@pytest.mark.django_db
class TestReserve:
    def test_counts_a_call_in_all_its_quotas_or_in_none(self):
        one = UUID(int=1)
        limits = [HOURLY, Limit(key="account:1", calls=1, seconds=60)]
        ledger.reserve("p", one, limits, ["app"], START)
        with pytest.raises(ThrottledError) as caught:
            ledger.reserve("p", one, limits, ["app"], START)
        assert caught.value.key == "account:1"
        for _ in range(39):
            ledger.reserve("p", one, [HOURLY], ["app"], START)
        with pytest.raises(ThrottledError):
            ledger.reserve("p", one, [HOURLY], ["app"], START)

    def test_keeps_a_place_in_the_line_until_it_is_used_or_lost(self):
        limit = Limit(key="app", calls=1, seconds=60)
        first, second, third = (UUID(int=each) for each in range(1, 4))
        ledger.reserve("p", first, [limit], [], START)
        with pytest.raises(ThrottledError) as caught:
            ledger.reserve("p", second, [limit], [], START)
        free = caught.value.until
        with pytest.raises(ThrottledError):
            ledger.reserve("p", third, [limit], [], free)
        ledger.reserve("p", second, [limit], [], free)
        later = free + timedelta(hours=1)
        ledger.reserve("p", first, [limit], [], later)
        assert not Turn.objects.filter(ends_at__lt=later).exists()

    def test_has_one_line_for_all_quotas_of_a_key(self):
        """Who waits for the hour is not let through for the minute, to be sent away again."""
        limits = [Limit(key="app", calls=2, seconds=60), Limit(key="app", calls=4, seconds=3600)]
        refused = {}
        for number in range(5):
            try:
                ledger.reserve("p", UUID(int=number), limits, [], START)
            except ThrottledError as refusal:
                refused[number] = refusal.until

        assert list(refused) == [2, 3, 4]
        assert refused[3] < START + timedelta(minutes=5)
        assert refused[4] > START + timedelta(hours=1)
        for number, until in refused.items():
            ledger.reserve("p", UUID(int=number), limits, [], until)

    def test_calls_the_next_of_the_line_as_soon_as_there_is_room(self):
        limit = Limit(key="app", calls=1, seconds=3600)
        first, second, third = (UUID(int=each) for each in range(1, 4))
        ledger.reserve("p", first, [limit], [], START)
        refused = []
        for waiting in (second, third):
            with pytest.raises(ThrottledError) as caught:
                ledger.reserve("p", waiting, [limit], [], START)
            refused.append(caught.value.until)
        free, later = refused
        assert free < later

        assert ledger.list_next(START) == []
        assert ledger.list_next(free) == [second]
        ledger.leave(second)
        assert ledger.list_next(free) == [third]
        ledger.reserve("p", third, [limit], [], free)
        assert ledger.list_next(later) == []

    def test_lets_a_day_s_calls_through_and_the_rest_the_next_day(self):
        daily, one = Limit(key="app", calls=225, seconds=86_400), UUID(int=1)
        refused = []
        for _ in range(230):
            try:
                ledger.reserve("p", one, [daily], [], START)
            except ThrottledError as refusal:
                refused.append(refusal.until)
        assert len(refused) == 5
        assert timedelta(hours=23) < refused[0] - START <= timedelta(hours=26)
        for _ in range(5):
            ledger.reserve("p", one, [daily], [], refused[0])

    def test_of_a_simulated_half_day_is_within_the_quota_and_fair(self):
        """Twenty connections want ten calls an hour each, five times what there is."""
        due = [(START, number) for number in range(20)]
        made, span = Counter(), deque()
        while due[0][0] < START + timedelta(hours=12):
            now, number = heappop(due)
            try:
                ledger.reserve("p", UUID(int=number), [HOURLY], [], now)
            except ThrottledError as refusal:
                heappush(due, (refusal.until, number))
                continue
            made[number] += 1
            span.append(now)
            while span[0] <= now - timedelta(hours=1):
                span.popleft()
            assert len(span) <= HOURLY.calls
            rest = timedelta(hours=1) if made[number] % 10 == 0 else timedelta(seconds=1)
            heappush(due, (now + rest, number))
        assert min(made[number] for number in range(20)) >= 0.5 * max(made.values())
        assert made.total() >= 0.6 * 12 * HOURLY.calls
