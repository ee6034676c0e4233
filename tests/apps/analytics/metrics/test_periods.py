"""Days belong to one period, named by its first day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.metrics.periods import (
    GRAINS,
    WEEK_STARTS,
    fitting_grain,
    period_end,
    period_start,
)

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

    @pytest.mark.parametrize(
        ("week_start", "start"),
        [("monday", "2026-03-02"), ("sunday", "2026-03-01"), ("saturday", "2026-02-28")],
    )
    def test_follows_the_organizations_week(self, week_start, start):
        assert period_start(date(2026, 3, 4), "week", week_start) == date.fromisoformat(start)


class TestPeriodEnd:
    @given(st.dates(), st.sampled_from(GRAINS), st.sampled_from(sorted(WEEK_STARTS)))
    def test_touches_the_next_period(self, day, grain, week_start):
        start = period_start(day, grain, week_start)
        end = period_end(start, grain)

        assert start <= day <= end or start == date.min
        if end < date.max:
            following = end + timedelta(days=1)
            assert period_start(following, grain, week_start) == following or start == date.min


class TestFittingGrain:
    @pytest.mark.parametrize(
        ("days", "grain"),
        [(1, "day"), (92, "day"), (93, "week"), (1830, "week"), (1831, "month")],
    )
    def test_is_the_finest_that_is_readable(self, days, grain):
        first = date(2020, 1, 1)

        assert fitting_grain(first, first + timedelta(days=days - 1)) == grain
