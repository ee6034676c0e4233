"""The seasonal naive method against computations by hand and on the real file."""

import csv
import math
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ml.forecasting import SEASONS, forecast
from tests.apps.ml.forecasting.series import series

FILE = Path(__file__).resolve().parents[4] / "data" / "robyn_weekly_marketing.csv"
#: Each week is two more than the one before: every error is 2, and so is their deviation.
RISING = [1, 2, 3, 4, 5, 6, 7, 3, 4, 5, 6, 7, 8, 9, 5]
Z80, Z95 = 1.2815515655446004, 1.9599639845400545


class TestForecast:
    def test_repeats_the_last_season(self):
        made = forecast(series(RISING), grain="day", horizon=14)

        assert [point.value for point in made.points] == [4, 5, 6, 7, 8, 9, 5] * 2
        assert made.method == "seasonal_naive"

    def test_widens_by_the_root_of_seasons_ahead(self):
        points = forecast(series(RISING), grain="day", horizon=14).points

        for step, spread in ((1, 2.0), (7, 2.0), (8, 2 * math.sqrt(2)), (14, 2 * math.sqrt(2))):
            point = points[step - 1]
            assert float(point.hi80 - point.value) == pytest.approx(Z80 * spread, rel=1e-12)
            assert float(point.hi95 - point.value) == pytest.approx(Z95 * spread, rel=1e-12)

    def test_has_symmetric_intervals_where_nothing_is_clipped(self):
        made = forecast(series(value + 100 for value in RISING), grain="day", horizon=14)

        assert made.clipped_at_zero is False
        for point in made.points:
            assert (point.lo80 + point.hi80) / 2 == pytest.approx(point.value)
            assert (point.lo95 + point.hi95) / 2 == pytest.approx(point.value)

    def test_says_where_it_clipped_at_zero(self):
        made = forecast(series(value - 1 for value in RISING), grain="day", horizon=1)

        [point] = made.points
        assert (point.value, point.lo95, made.clipped_at_zero) == (3, 0, True)
        assert point.lo80 == pytest.approx(Decimal(3 - Z80 * 2))

    def test_does_not_clip_a_history_that_was_below_zero(self):
        returns = [10, 10, -5, 10, 10, 10, 10, 10, 10, -6, 10, 10, 10, 10, 10]

        made = forecast(series(returns), grain="day", horizon=7)

        below = made.points[1]
        assert below.value == -6
        assert below.lo95 < below.lo80 < below.value < below.hi80 < below.hi95
        assert made.clipped_at_zero is False

    @pytest.mark.parametrize(
        ("grain", "first", "last"),
        [
            ("day", date(2026, 1, 16), date(2026, 1, 29)),
            ("week", date(2026, 1, 5), date(2026, 4, 6)),
            ("month", date(2022, 2, 1), date(2023, 3, 1)),
        ],
    )
    def test_names_the_periods_that_follow(self, grain, first, last):
        history = series([5] * (2 * SEASONS[grain] + 1), grain=grain)

        points = forecast(history, grain=grain, horizon=14).points

        assert (points[0].period, points[-1].period) == (first, last)
        assert len({point.period for point in points}) == 14

    def test_is_certain_of_what_never_changed(self):
        made = forecast(series([0] * 15), grain="day", horizon=1)

        assert {made.points[0].lo95, made.points[0].value, made.points[0].hi95} == {0}
        assert made.clipped_at_zero is False

    @given(
        st.lists(st.integers(-(10**12), 10**12), min_size=15, max_size=60),
        st.integers(1, 14),
    )
    def test_keeps_its_bounds_in_order(self, values, horizon):
        made = forecast(series(values), grain="day", horizon=horizon)

        assert len(made.points) == horizon
        for point in made.points:
            assert point.lo95 <= point.lo80 <= point.value <= point.hi80 <= point.hi95
        assert 0 <= made.backtest.coverage80 <= made.backtest.coverage95 <= 1
        assert made.backtest.mae >= 0

    def test_is_the_same_every_time(self):
        history = series(RISING)

        assert forecast(history, grain="day", horizon=9) == forecast(
            history, grain="day", horizon=9
        )


class TestRealFile:
    def test_forecasts_its_revenue_by_week(self):
        with FILE.open(newline="") as file:
            rows = [
                (date.fromisoformat(row["DATE"]), Decimal(row["revenue"]))
                for row in csv.DictReader(file)
            ]
        revenue = [float(value) for _, value in rows]
        errors = [now - then for then, now in zip(revenue, revenue[52:], strict=False)]
        sigma = math.sqrt(fmean(error * error for error in errors))

        made = forecast(rows, grain="week", horizon=104)

        assert made.points[0].period == date(2019, 11, 18)
        for step, point in enumerate(made.points):
            spread = sigma * math.sqrt(step // 52 + 1)
            assert float(point.value) == revenue[156 + step % 52]
            assert float(point.hi95) == pytest.approx(revenue[156 + step % 52] + Z95 * spread)
        assert made.backtest.origins == 12
        assert made.backtest.mae < made.backtest.naive_mae
