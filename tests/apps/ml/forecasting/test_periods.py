"""Calendar steps there and back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ml.forecasting.periods import add_periods, count_periods


class TestAddPeriods:
    @pytest.mark.parametrize(
        ("start", "count", "grain", "result"),
        [
            ("2024-02-28", 1, "day", "2024-02-29"),
            ("2026-12-28", 1, "week", "2027-01-04"),
            ("2026-12-01", 1, "month", "2027-01-01"),
            ("2026-01-01", 25, "month", "2028-02-01"),
            ("2026-01-01", 0, "month", "2026-01-01"),
        ],
    )
    def test_steps(self, start, count, grain, result):
        assert add_periods(date.fromisoformat(start), count, grain) == date.fromisoformat(result)

    @given(st.integers(0, 2000), st.sampled_from(["day", "week", "month"]))
    def test_is_undone_by_counting(self, count, grain):
        start = date(2024, 1, 1)

        assert count_periods(start, add_periods(start, count, grain), grain) == count + 1
