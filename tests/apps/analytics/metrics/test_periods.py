"""Days belong to one period, named by its first day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.metrics.periods import GRAINS, fitting_grain, period_start, previous_range

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


class TestPeriodStart:
    @pytest.mark.parametrize(
        ("day", "grain", "start"),
        [
            ("2024-02-29", "day", "2024-02-29"),
            ("2024-02-29", "month", "2024-02-01"),
            ("2026-01-05", "week", "2026-01-05"),
            ("2026-01-11", "week", "2026-01-05"),
            ("2027-01-01", "week", "2026-12-28"),
        ],
    )
    def test_is_the_first_day(self, day, grain, start):
        assert period_start(date.fromisoformat(day), grain) == date.fromisoformat(start)

    @given(DAYS)
    def test_keeps_the_iso_week(self, day):
        start = period_start(day, "week")

        assert start.isocalendar()[:2] == day.isocalendar()[:2]
        assert start.isoweekday() == 1

    @given(DAYS, st.sampled_from(GRAINS))
    def test_is_its_own_start(self, day, grain):
        start = period_start(day, grain)

        assert period_start(start, grain) == start <= day


class TestPreviousRange:
    def test_has_as_many_days_just_before(self):
        assert previous_range(date(2026, 3, 1), date(2026, 3, 7)) == (
            date(2026, 2, 22),
            date(2026, 2, 28),
        )

    @given(DAYS, st.integers(0, 4000))
    def test_touches_and_does_not_overlap(self, first, length):
        last = first + timedelta(days=length)

        earlier_first, earlier_last = previous_range(first, last)

        assert earlier_last + timedelta(days=1) == first
        assert earlier_last - earlier_first == last - first


class TestFittingGrain:
    @pytest.mark.parametrize(
        ("days", "grain"),
        [(1, "day"), (92, "day"), (93, "week"), (1830, "week"), (1831, "month")],
    )
    def test_is_the_finest_that_is_readable(self, days, grain):
        first = date(2020, 1, 1)

        assert fitting_grain(first, first + timedelta(days=days - 1)) == grain
