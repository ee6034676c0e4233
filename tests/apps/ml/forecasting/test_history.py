"""A history that cannot carry a forecast is refused with what it lacks."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.ml.exceptions import HistoryCoarserError, HistoryGapsError, HistoryTooShortError
from apps.ml.forecasting import SEASONS, forecast
from omnify.exceptions import InsufficientDataError
from tests.apps.ml.forecasting.series import series


def every(days, count):
    return [(date(2024, 1, 1) + timedelta(days=days * n), Decimal(1)) for n in range(count)]


class TestRefusesAHistory:
    @pytest.mark.parametrize("grain", SEASONS)
    def test_shorter_than_two_seasons_and_a_period(self, grain):
        needed = 2 * SEASONS[grain] + 1
        history = series([1] * needed, grain=grain)

        forecast(history, grain=grain, horizon=1)
        with pytest.raises(HistoryTooShortError) as caught:
            forecast(history[1:], grain=grain, horizon=1)

        assert (caught.value.needed_periods, caught.value.available_periods) == (needed, needed - 1)

    @pytest.mark.parametrize("count", [0, 1])
    def test_of_next_to_nothing(self, count):
        with pytest.raises(HistoryTooShortError) as caught:
            forecast(series([1] * count), grain="day", horizon=1)

        assert caught.value.available_periods == count

    @pytest.mark.parametrize("grain", SEASONS)
    def test_with_gaps_and_names_the_first(self, grain):
        history = series([1] * 120, grain=grain)
        lacking = [point for n, point in enumerate(history) if n not in (50, 51, 80)]

        with pytest.raises(HistoryGapsError) as caught:
            forecast(lacking, grain=grain, horizon=1)

        assert caught.value.missing_periods == 3
        assert caught.value.first_missing == history[50][0].isoformat()

    @pytest.mark.parametrize(
        ("days", "grain", "suggested"),
        [(7, "day", "week"), (14, "day", "week"), (30, "day", "month"), (30, "week", "month")],
    )
    def test_coarser_than_the_grain_and_suggests_one(self, days, grain, suggested):
        with pytest.raises(HistoryCoarserError) as caught:
            forecast(every(days, 200), grain=grain, horizon=1)

        assert (caught.value.spacing_days, caught.value.suggested_grain) == (days, suggested)
        assert f"every {days} days" in caught.value.detail
        assert f"'{suggested}'" in caught.value.detail

    def test_with_errors_that_are_all_lack_of_data(self):
        for error in (HistoryTooShortError, HistoryGapsError, HistoryCoarserError):
            assert issubclass(error, InsufficientDataError)
            assert error.code == "insufficient_data"
